"""What SurveyJS calls things, and what becomes here of those that do not come along.

>>> sort_of(Kind.MULTIPLE_CHOICE), REFUSED_INPUTS["email"]
(<Sort.OPTIONS: 'options'>, 'who somebody is')
"""

from __future__ import annotations

from survey_engine.definition import FILE, NUMBER, Kind
from survey_engine.formats.surveyjs_expressions import Sort

LARGEST_BYTES = 5 * 1024 * 1024

INPUTS: dict[str, Kind] = {
    "text": Kind.TEXT, "search": Kind.TEXT, "url": Kind.TEXT, "number": Kind.DECIMAL, "range": Kind.RANGE,
    "date": Kind.DATE, "month": Kind.MONTH, "time": Kind.TIME,
}  # fmt: skip
REFUSED_INPUTS = {"email": "who somebody is", "tel": "who somebody is", "password": "passwords"}
PRIVATE_AUTOCOMPLETE = frozenset({
    "name", "honorific-prefix", "given-name", "additional-name", "family-name", "nickname", "username",
    "street-address", "address-line1", "address-line2", "address-line3", "postal-code", "bday", "bday-day", "email",
    "tel", "tel-national", "tel-local", "impp",
})  # fmt: skip
CHOICES: dict[str, Kind] = {
    "radiogroup": Kind.SINGLE_CHOICE, "dropdown": Kind.SINGLE_CHOICE, "buttongroup": Kind.SINGLE_CHOICE,
    "checkbox": Kind.MULTIPLE_CHOICE, "tagbox": Kind.MULTIPLE_CHOICE, "ranking": Kind.RANKING,
    "imagepicker": Kind.SINGLE_CHOICE,
}  # fmt: skip
PLACES = frozenset({"geolocation", "geopoint", "location", "map", "gps", "leaflet", "address"})
"""Widgets of others that ask where somebody is."""

NONE, OTHER, DONT_KNOW, REFUSE = "none", "other", "dontknow", "refused"
"""The values that survey-core gives its special options."""
SPECIAL = (
    (("showNoneItem", "hasNone"), NONE, "noneText", "None", True, "answer"),
    (("showRefuseItem",), REFUSE, "refuseText", "I don't want to say", True, "prefer_not"),
    (("showDontKnowItem",), DONT_KNOW, "dontKnowText", "I don't know", True, "dont_know"),
    (("showOtherItem", "hasOther"), OTHER, "otherText", "Other", False, "answer"),
)
"""Properties, value, property of its words, words by default, whether it stands alone, what it means; in their order."""

LOST: dict[str, str] = {
    "setValueExpression": "not filled in beforehand: an answer nobody gave nudges",
    "setValueIf": "not filled in beforehand: an answer nobody gave nudges",
    "resetValueIf": "an answer is only ever taken back by who gave it",
    "correctAnswer": "there are no right answers here",
    "choicesByUrl": "options are not fetched from elsewhere",
    "choiceValuesFromQuestion": "options are not made of other answers",
    "choiceTextsFromQuestion": "options are not made of other answers",
    "choicesEnableIf": "every option can be chosen",
    "maskType": "what is typed is not masked",
    "maskSettings": "what is typed is not masked",
    "placeholder": "there is no grey text inside the field; it is hard to read",
    "placeHolder": "there is no grey text inside the field; it is hard to read",
    "dataList": "nothing is proposed while typing",
    "minValueExpression": "the least number is not worked out",
    "maxValueExpression": "the most number is not worked out",
    "valueName": "each question keeps its own answer",
    "rowsVisibleIf": "every row is asked",
    "columnsVisibleIf": "every column is offered",
    "cells": "the words of single cells are not shown",
    "hideIfChoicesEmpty": "the question is asked all the same",
    "hideIfRowsEmpty": "the question is asked all the same",
    "eachRowUnique": "rows may have the same answer",
    "keyName": "turns may have the same answer",
    "detailElements": "the questions inside a row's details are left out",
    "templateVisibleIf": "every turn is asked",
    "totalText": "nothing is added up below",
    "showSelectAllItem": "there is no “all of them”",
    "hasSelectAll": "there is no “all of them”",
    "allowCustomChoices": "no options of one's own; ask in another question",
    "valuePropertyName": "answers are kept as plain names",
    "allowMultiple": "one picture can be given",
    "selectToRankEnabled": "all options are ranked",
    "rateColorMode": "faces are drawn as always",
    "commentText": "",
    "scaleColorMode": "faces are drawn as always",
}
"""Properties of a question that do not come along; "" where that is told elsewhere."""

LOST_OF_SURVEY: dict[str, str] = {
    "completedHtml": "after the last answer Earshot says its own thanks",
    "completedHtmlOnCondition": "after the last answer Earshot says its own thanks",
    "completedBeforeHtml": "an invitation says by itself whether it was used",
    "loadingHtml": "pages are there at once",
    "navigateToUrl": "nobody is sent to another site",
    "navigateToUrlOnCondition": "nobody is sent to another site",
    "cookieName": "no cookie remembers who answered",
    "timeLimit": "nobody is hurried",
    "timeLimitPerPage": "nobody is hurried",
    "maxTimeToFinish": "nobody is hurried",
    "maxTimeToFinishPage": "nobody is hurried",
    "showTimer": "nobody is hurried",
    "showTimerPanel": "nobody is hurried",
    "logo": "the council's own mark is shown",
    "partialSendEnabled": "nothing is sent before the end",
    "sendResultOnPageNext": "nothing is sent before the end",
    "surveyId": "nothing is sent to SurveyJS",
    "surveyPostId": "nothing is sent to SurveyJS",
    "surveyShowDataSaving": "nothing is sent to SurveyJS",
    "customCss": "pages look as all pages do",
    "backgroundImage": "pages look as all pages do",
}

PLAIN = frozenset({
    # how it looks or is laid out, which pages decide here
    "type", "name", "title", "description", "titleLocation", "descriptionLocation", "errorLocation", "width",
    "minWidth", "maxWidth", "indent", "paddingLeft", "paddingRight", "startWithNewLine", "showNumber", "hideNumber",
    "colCount", "columnColCount", "state", "rows", "rowsOrder", "cols", "size", "inputSize", "autoGrow",
    "allowResize", "textUpdateMode", "inputTextAlignment", "renderAs", "displayMode", "itemSize", "imageHeight",
    "imageWidth", "minImageHeight", "minImageWidth", "maxImageHeight", "maxImageWidth", "imageFit", "contentMode",
    "showLabel", "searchMode", "searchEnabled", "allowClear", "closeOnSelect", "hideSelectedItems",
    "textWrapEnabled", "choicesLazyLoadEnabled", "choicesLazyLoadPageSize", "separateSpecialChoices", "showHeader",
    "verticalAlign", "alternateRows", "columnMinWidth", "rowTitleWidth", "cellErrorLocation", "swapOrder",
    "rateDescriptionLocation", "displayRateDescriptionsAsExtremeItems", "autoGenerate", "longTap", "rankIcon",
    "selectToRankAreasLayout", "showCommentArea", "hasComment", "requiredErrorText", "isRequired", "requiredIf",
    "visible", "visibleIf", "enableIf", "readOnly", "validators", "defaultValue", "defaultValueExpression",
    "useDisplayValuesInDynamicTexts", "useDisplayValuesInTitle", "clearIfInvisible", "maxLength",
    "questionTitleWidth", "questionTitleLocation", "questionErrorLocation", "questionStartIndex",
    "showQuestionNumbers", "elements", "questions", "templateElements", "questionOrder", "questionsOrder",
    "navigationTitle", "navigationDescription", "showNavigationButtons", "navigationButtonsVisibility", "tags",
    "gridLayoutColumns", "minValueExpression_", "commentPlaceholder", "commentPlaceHolder", "colSpan", "page",
    # read where they belong
    "choices", "choicesOrder", "choicesVisibleIf", "choicesFromQuestion", "choicesFromQuestionMode", "choicesMin",
    "choicesMax", "choicesStep", "showNoneItem", "hasNone", "showOtherItem", "hasOther", "showDontKnowItem",
    "showRefuseItem", "noneText", "otherText", "dontKnowText", "refuseText", "otherPlaceholder", "otherPlaceHolder",
    "otherErrorText", "storeOthersAsComment", "maxSelectedChoices", "minSelectedChoices", "multiSelect", "inputType",
    "min", "max", "step", "minErrorText", "maxErrorText", "stepErrorText", "autocomplete", "autoComplete",
    "labelTrue", "labelFalse", "valueTrue", "valueFalse", "rateValues", "rateMin", "rateMax", "rateStep",
    "rateCount", "rateType", "minRateDescription", "maxRateDescription", "sliderType", "columns", "rowOrder",
    "eachRowRequired", "isAllRowRequired", "cellType", "rowCount", "minRowCount", "maxRowCount", "panelCount",
    "minPanelCount", "maxPanelCount", "bindings", "allowAddPanel", "allowRemovePanel", "allowAddRows",
    "allowRemoveRows", "items", "html", "acceptedTypes", "acceptedCategories", "sourceType", "maxSize", "maxFiles",
    "storeDataAsText", "waitForUpload", "allowImagesPreview", "confirmDelete", "cameraFacingMode", "expression",
    "displayStyle", "format", "precision", "currency", "maximumFractionDigits", "minimumFractionDigits",
    "useGrouping", "imageLink", "altText", "templateTitle", "templateDescription", "templateTabTitle",
    "addPanelText", "panelAddText", "removePanelText", "panelRemoveText", "prevPanelText", "panelPrevText",
    "nextPanelText", "panelNextText", "addRowText", "removeRowText", "noRowsText", "noEntriesText",
    "confirmDeleteText", "templateErrorLocation", "showProgressBar", "progressBarLocation", "renderMode", "newPanelPosition", "addRowButtonLocation", "addRowLocation", "allowRowReorder",
    "allowRowsDragAndDrop", "itemTitleWidth", "signatureHeight", "signatureWidth", "penColor", "backgroundColor",
    "dataFormat", "customLabels", "showLabels", "tooltipVisibility", "labelCount",
})  # fmt: skip
"""Properties of an element that are read, or that only say how it looks there."""

SORTS: dict[Kind, Sort] = {
    Kind.TEXT: Sort.TEXT, Kind.LONG_TEXT: Sort.TEXT, Kind.DATE: Sort.DATE, Kind.MONTH: Sort.MONTH,
    Kind.TIME: Sort.TIME, Kind.SINGLE_CHOICE: Sort.OPTION, Kind.AGE_BAND: Sort.OPTION,
    Kind.MULTIPLE_CHOICE: Sort.OPTIONS, Kind.ACKNOWLEDGE: Sort.OPTIONS, Kind.RANKING: Sort.RANKING,
}  # fmt: skip


def sort_of(kind: Kind) -> Sort:
    """What kind of value the answer to a question is inside a condition; a calculation is taken for a number."""
    if kind in NUMBER or kind in (Kind.CALCULATED, Kind.HIDDEN):
        return Sort.NUMBER
    return Sort.NOTHING if kind in FILE else SORTS.get(kind, Sort.NOTHING)
