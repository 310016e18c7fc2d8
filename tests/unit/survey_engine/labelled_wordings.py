"""Invented wordings and what a careful designer of children's surveys says is wrong with each.

One line each: the kind of question, what should be found (``-`` nothing; ``!`` marks an
error), the words. Lines were written and labelled together, before the rules met them.
Every second line (the even ones, counted from nought) was used to mend the rules; the others
never were, and their figures are those in ``docs/checking-surveys.md``. All are asked of
children of 8 to 11. Add lines at the end, two at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

from survey_engine.checking import check
from survey_engine.definition import Survey

LINES = """
one    | leading                    | Don't you think your carers are kind?
one    | leading                    | Isn't it great to have your own room?
one    | -                          | Do you have your own room?
faces  | -                          | How do you feel about your room?
one    | leading                    | Do you agree that meetings are boring?
agree  | -                          | Meetings are boring.
faces  | leading                    | How good was the holiday club?
faces  | -                          | How was the holiday club?
one    | leading                    | Most children love our games room. Do you?
one    | -                          | Do other children use the games room?
text   | leading                    | Why do you like your social worker?
text   | -                          | What is your social worker like?
scale  | leading                    | How much did you enjoy the trip?
text   | -                          | What did you think of the trip?
one    | leading                    | You feel safe here, don't you?
one    | -                          | Do you feel safe here?
one    | leading                    | Of course you know who to talk to. Do you tell them?
one    | -                          | Do you know who to talk to?
one    | leading                    | Would you say our friendly team helped you?
one    | -                          | Did the team help you?
text   | leading                    | How helpful was your worker when you moved?
text   | -                          | What did your worker do when you moved?
one    | leading                    | Wouldn't it be nicer to see your family more often?
one    | -                          | Do you want to see your family more often, less often, or the same?
one    | leading                    | Everyone knows that breakfast is good for you. Do you eat it?
one    | -                          | Did you eat breakfast today?
text   | leading                    | Why is it so important to listen to children?
text   | -                          | When do grown-ups listen to you?
one    | leading                    | Are you glad that you moved?
faces  | -                          | How do you feel about moving?
one    | leading                    | Surely you want to stay at your school?
one    | -                          | Do you want to stay at your school?
scale  | leading                    | How much better do you feel since you got help?
scale  | -                          | Do you feel better, worse or the same after the group?
one    | leading                    | The food is nice here, right?
text   | -                          | What is the food like here?
text   | leading                    | What did you love about the day?
text   | -                          | What was the best part of the day? What was the worst?
faces  | leading                    | How fun were the activities?
text   | -                          | Which game would you play again?
one    | leading                    | Shouldn't children be asked before they move?
one    | -                          | Should children be asked before they move?
one    | leading                    | Lots of people say the new house is lovely. What about you?
text   | -                          | Tell us about your house.
one    | double_barrelled           | Do you feel safe and happy at home?
one    | double_barrelled           | Are your teachers fair and friendly?
one    | -                          | Do you feel happy at home?
one    | -                          | Do your mum and dad live together?
one    | double_barrelled           | Does your social worker listen to you and do what they say?
one    | double_barrelled           | Do you like your school and your house?
num    | -                          | How many brothers and sisters do you have?
one    | -                          | Do you and your social worker meet at home?
scale  | double_barrelled           | How often do you see your brother and your grandma?
scale  | double_barrelled           | How easy is it to talk to your teacher and your carer?
one    | -                          | Can you talk about your thoughts and feelings?
one    | -                          | Do you see your family and friends?
one    | double_barrelled           | Is the food healthy and tasty?
one    | double_barrelled           | Have you got a quiet place and enough time for homework?
text   | -                          | What do you like and what would you change?
text   | -                          | Tell us about your home and your school.
one    | double_barrelled           | Do you know your rights and how to complain?
one    | double_barrelled           | Did someone explain the plan and ask what you think?
one    | -                          | When you talk and people listen, do you feel better?
one    | -                          | After you moved in, did someone show you around?
scale  | double_barrelled           | How happy are you with your bedroom and the food?
scale  | double_barrelled           | How well do staff know and understand you?
one    | -                          | Have you been to the seaside with boys and girls from your house?
one    | -                          | Did you sit down and talk with somebody?
one    | double_barrelled           | Is your worker on time and/or easy to reach?
one    | double_barrelled           | Can you visit friends and/or stay with them?
one    | -                          | Is there food and drink when you come home?
one    | -                          | Do you have toys and games?
one    | double_barrelled           | Do you like where you live? Is it safe?
one    | double_barrelled           | Who do you live with? Do you like it?
text   | -                          | How was your day? Tell us about it.
several | -                         | Which clubs and teams are you in?
one    | double_barrelled           | Were the workers polite as well as quick?
one    | double_barrelled           | Does the school help you learn and make friends?
one    | -                          | Do you want to go and see your old house?
one    | -                          | Is it okay between you and your brother?
one    | double_negative            | Would you not be unhappy if you moved?
one    | double_negative            | Do you never do nothing at the weekend?
one    | -                          | Would you be sad if you moved?
one    | -                          | Do you do things at the weekend?
one    | double_negative            | Should children not be stopped from seeing their friends?
one    | double_negative            | Is it not unfair when nobody tells you why?
agree  | double_negative            | I don't dislike my new school.
agree  | double_negative            | It is not impossible to talk to my teacher.
agree  | -                          | I like my new school.
agree  | -                          | It is easy to talk to my teacher.
one    | negative                   | Do grown-ups not listen to you?
one    | negative                   | Are there places where you are not safe?
one    | -                          | Are you happy or not?
one    | -                          | Do you know why, or are you not sure?
agree  | negative                   | I do not feel safe at school.
agree  | negative                   | Grown-ups don't tell me things.
agree  | -                          | I feel safe at school.
agree  | -                          | Grown-ups tell me things.
one    | negative                   | Which of these can't you do?
text   | negative                   | What do you not like about your house?
text   | -                          | Why or why not?
text   | -                          | There are no right or wrong answers. What would you change?
one    | negative                   | Is there nobody you can talk to?
one    | negative                   | Have you got no time to play?
one    | -                          | Is there someone you can talk to?
one    | -                          | Have you got time to play?
text   | negative                   | When does your worker not come?
one    | negative                   | Do you go to bed without tea?
text   | -                          | You don't have to answer. What makes you sad?
text   | -                          | What is going well? What is not going well?
one    | absolute                   | Do you always feel safe?
one    | absolute                   | Is your worker always on time?
scale  | -                          | How often do you feel safe?
scale  | -                          | How often is your worker on time?
one    | absolute                   | Does everybody listen to you?
one    | absolute                   | Do they tell you everything?
one    | -                          | Do people listen to you?
one    | -                          | Do they tell you what will happen?
one    | absolute                   | Are you happy all the time?
one    | absolute                   | Is it completely safe in your street?
one    | -                          | Are you happy most of the time?
one    | -                          | Have you ever been on a boat?
one    | absolute negative          | Does your carer never shout?
one    | absolute negative          | Is it never quiet in your house?
one    | -                          | Does your carer shout?
one    | -                          | Is it quiet in your house?
num    | long_recall                | How many times did you move in the last year?
num    | long_recall                | How many social workers have you had in the past two years?
num    | -                          | How many times did you play outside this week?
one    | -                          | Did you see your worker this week?
text   | long_recall                | What happened when you were little?
text   | long_recall                | What did you do last summer?
text   | -                          | What did you do today?
text   | -                          | What did you do at the weekend?
one    | long_recall                | In the last 12 months, have you been to the dentist?
one    | long_recall                | Did you see a doctor six months ago?
one    | -                          | Have you been to the dentist?
one    | -                          | Did you see a doctor this week?
scale  | long_recall                | Over the past few months, how did you sleep?
scale  | long_recall                | How has school been since you moved?
scale  | -                          | How did you sleep last night?
scale  | -                          | How was school today?
one    | jargon                     | Do you like your placement?
one    | jargon                     | How many placements have you had?
one    | -                          | Do you like the place where you live?
one    | -                          | You can contact us. Do you know how?
scale  | jargon                     | How often do you have contact with your dad?
scale  | jargon                     | How do you feel after family contact?
scale  | -                          | How often do you see your dad?
one    | -                          | Do you wear contact lenses?
one    | jargon                     | Does your IRO listen to you?
one    | jargon                     | Have you met your PA?
one    | -                          | Does your pa live with you?
one    | -                          | Do you like PE?
one    | jargon                     | Do you live with your siblings?
one    | jargon                     | Do you have a sibling at your school?
one    | -                          | Do you live with your brother or sister?
one    | -                          | Do you have a sister at your school?
one    | jargon                     | Have you seen your care plan?
one    | jargon                     | Did you take part in your LAC review?
one    | -                          | Have you seen the plan for you?
one    | -                          | Did you take part in your meeting?
one    | jargon                     | Do you go to respite?
one    | jargon                     | Was the transition to your new school hard?
one    | -                          | Do you go for short breaks?
one    | -                          | Was it hard to start at your new school?
one    | jargon                     | Do you get on with your peers?
one    | jargon                     | Do you have an advocate?
one    | -                          | Do you get on with other children?
one    | -                          | Does someone help you speak up?
one    | jargon                     | Did professionals ask for your wishes and feelings?
one    | jargon                     | Is your accommodation warm?
one    | -                          | Did the people who help you ask what you want?
one    | -                          | Is your house warm?
one    | jargon                     | Are you a looked after child?
one    | jargon                     | Has the local authority asked you?
one    | -                          | Who looked after the pet?
one    | -                          | Has the council asked you?
text   | jargon                     | What was the outcome of the assessment?
text   | jargon                     | Tell us about your support network.
text   | -                          | What happened in the end?
text   | -                          | Who helps you?
short  | asks_name!                 | What is your name?
short  | asks_name!                 | What's your full name?
short  | -                          | Name three good things about today.
short  | -                          | What would you like to be called in this survey?
short  | asks_name!                 | Your name
short  | asks_name!                 | First name:
short  | -                          | Choose a made-up name for yourself.
short  | -                          | What is the name of your favourite game?
short  | asks_name!                 | Please write your first and last name here.
short  | asks_name!                 | Tell us your surname.
short  | -                          | What is your pet called?
text   | -                          | If you could have a new name for the house, what would it be?
short  | asks_name!                 | What are you called?
short  | asks_name!                 | Name of child
short  | -                          | What is your nickname for your school?
one    | -                          | Do people use the right name for you?
short  | asks_other_name            | What is the name of your social worker?
short  | asks_other_name            | Who is your foster carer?
text   | -                          | What is your social worker good at?
one    | -                          | Do you know your social worker's name?
short  | asks_other_name            | What is your best friend's name?
short  | asks_other_name            | Which teacher helps you?
text   | -                          | Who makes you laugh?
text   | -                          | How does your teacher help you?
date   | asks_birthday!             | When is your birthday?
date   | asks_birthday!             | What is your date of birth?
text   | -                          | What did you do on your birthday?
text   | -                          | How would you like to spend your next birthday?
short  | asks_birthday!             | DOB
short  | asks_birthday!             | When were you born?
one    | -                          | Did you have a birthday party?
age    | -                          | How old are you?
num    | asks_age                   | How old are you?
num    | asks_age                   | What is your age?
num    | -                          | How old were you when you first saw snow?
age    | -                          | What is your age group?
short  | asks_address!              | What is your address?
short  | asks_address!              | Please enter your postcode.
text   | -                          | How do you feel about where you live?
one    | -                          | Do you know your address?
short  | asks_address!              | Which street do you live in?
short  | asks_address!              | Home address
text   | -                          | What is it like in your street?
one    | -                          | Is there a park near your house?
short  | asks_place                 | Where do you live?
short  | asks_place                 | Which town do you live in?
one    | -                          | Where do you live?
text   | -                          | What do you like about your town?
short  | asks_school                | Which school do you go to?
short  | asks_school                | What is the name of your school?
one    | -                          | What kind of school do you go to?
faces  | -                          | How do you feel about school?
short  | asks_school                | What school are you at?
short  | asks_school                | School name
text   | -                          | What is your school like?
text   | -                          | What would make your school better?
short  | asks_phone!                | What is your phone number?
short  | asks_phone!                | Mobile number
one    | -                          | Do you have a phone?
text   | -                          | Has a stranger asked for your phone number?
short  | asks_phone!                | What number can we call you on?
short  | asks_phone!                | Can we have your mobile number?
one    | -                          | Do you know the number of Childline?
one    | -                          | Can you use a phone when you want to?
short  | asks_email!                | What is your email address?
short  | asks_email!                | Leave your e-mail if you want an answer.
one    | -                          | Do you use email?
text   | -                          | What would you do if you got a nasty email?
short  | asks_online_name!          | What is your Snapchat?
short  | asks_online_name!          | What is your username on Roblox?
one    | -                          | Do you use Snapchat?
text   | -                          | What do you like about Roblox?
short  | asks_online_name!          | Give us your Instagram name.
short  | asks_online_name!          | What are you called on TikTok?
text   | -                          | Should children be allowed on TikTok?
one    | -                          | Do you feel safe on social media?
short  | asks_number!               | What is your NHS number?
short  | asks_number!               | Please enter your UPN.
text   | -                          | What is your lucky number?
num    | -                          | What number from 1 to 10 is your week?
short  | asks_number!               | Case number
num    | asks_number!               | What is your pupil number?
text   | -                          | Do you have a social worker?
text   | -                          | What is the best number of people for a meeting?
photo  | shows_face!                | Take a selfie.
photo  | shows_face!                | Share a photo of you and your family.
photo  | shows_face                 | Take a photo of your favourite place.
photo  | shows_face                 | Show us something you made.
voice  | shows_face                 | Tell us about your day.
voice  | shows_face                 | Say what you would change.
draw   | -                          | Draw yourself on a good day.
draw   | -                          | Draw your house.
date   | exact_date                 | When did you move here?
date   | exact_date                 | On which day did you last see your worker?
text   | -                          | What was it like to move here?
one    | -                          | Did you see your worker last week?
"""

MENDED = """
short | asks_other_name                | What is your mother's maiden name?
short | asks_name!                     | Your child's name
short | asks_other_name                | What is your teacher's name?
short | asks_address!                  | Full address including postcode
short | asks_phone!                    | What is your mobile?
short | asks_other_name                | Who is in your family? Write their names.
short | asks_name!                     | Can you tell us your name?
short | asks_name!                     | Do you want to tell us your name?
short | asks_phone!                    | Would you like to give us your phone number so that we can ring you?
short | asks_email!                    | If you want us to reply, write your email or phone number.
short | asks_school                    | What is your child's school?
short | asks_online_name!              | What's your gamertag?
text  | -                              | Do you give your name to people online?
text  | -                              | Would you give your phone number to a stranger?
one   | -                              | Can you write your name?
text  | -                              | Where did your name come from?
short | -                              | What name shall we give the new house?
short | -                              | What is your email about?
text  | -                              | What is your address book for?
text  | -                              | What's your favourite YouTube channel?
text  | -                              | What are you called by your friends in games?
text  | -                              | Tell us about your birthday party.
one   | leading                        | Is it true that you are happy here?
one   | leading                        | Given how hard social workers work, are you happy with yours?
one   | -                              | Do you agree or disagree that meetings are too long?
one   | -                              | How satisfied or dissatisfied are you with your room?
one   | double_barrelled               | Do you feel happy, safe and loved?
one   | double_barrelled               | Do your carers treat you fairly and with respect?
one   | -                              | Have your name and pronouns been used correctly?
one   | -                              | When you were sad this week, did someone help?
one   | -                              | Is your school work too hard, too easy or about right?
text  | -                              | What has gone well and what has not gone well?
one   | absolute double_negative       | Have your carers never been unkind to you?
one   | -                              | Is everything okay?
one   | long_recall                    | Since Christmas, have you been happy?
one   | jargon                         | Do you enjoy contact?
short | asks_name!                     | Your full name please
short | asks_name!                     | Name (optional)
short | asks_name!                     | What name are you known by?
short | asks_name!                     | Tell us who you are
short | asks_name!                     | Write your name at the top
short | asks_name!                     | What do your mates call you?
short | asks_name!                     | Respondent name
short | asks_name!                     | Please put your first name so we know it is you
short | asks_name!                     | My name is ...
short | asks_name!                     | Name and surname
short | asks_other_name                | What's your social worker called?
short | asks_other_name jargon         | Who's your key worker?
short | asks_other_name                | Name your foster carers
short | asks_place                     | Which children's home are you in?
short | asks_place                     | Where are you placed?
short | asks_place                     | What's the name of your children's home?
short | asks_school                    | What secondary do you go to?
short | asks_school                    | Which school are you in?
short | asks_school                    | Your school
short | asks_address!                  | What's your postcode?
short | asks_address!                  | Your home address
short | asks_address!                  | What road is your house on?
short | asks_phone!                    | What's your mobile number?
short | asks_phone!                    | Best number to ring you on
short | asks_phone!                    | Phone
short | asks_email!                    | Email address (optional)
short | asks_email!                    | What's your email?
short | asks_online_name!              | What's your Insta?
short | asks_online_name!              | Add your TikTok name
short | asks_online_name!              | Your Snapchat
date  | asks_birthday!                 | When's your birthday?
date  | asks_birthday!                 | Your date of birth
short | asks_birthday!                 | Birthday
short | asks_birthday!                 | Year you were born
num   | asks_age                       | Age (years)
num   | asks_age                       | How old were you on your last birthday?
short | asks_number!                   | NHS no.
short | asks_number!                   | What's your Mosaic ID?
short | asks_number!                   | What's your unique pupil number?
short | asks_number!                   | National Insurance number
short | asks_name!                     | Which name should we write on your certificate?
short | asks_name!                     | Please give your forename.
short | asks_name!                     | Forename
short | asks_name!                     | Name of young person completing this form
short | asks_name!                     | How do you spell your name?
short | asks_other_name                | What is your mum's name?
short | asks_other_name                | Who do you live with? Give their names.
short | asks_other_name jargon         | Who is your independent visitor?
short | asks_other_name                | Tell us which worker upset you
short | asks_other_name                | What is your headteacher called?
short | asks_school                    | Where is your school?
short | asks_school                    | What's the name of your college?
short | asks_school                    | Your school's name
short | asks_place                     | Your town
short | asks_place                     | Which village are you from?
short | asks_place                     | The name of your street
short | asks_address!                  | What is the first line of your address?
short | asks_phone!                    | What's your telephone number?
short | asks_phone!                    | Your mobile
short | asks_phone!                    | Give us a number to text you on
short | asks_email!                    | Please share your email address
short | asks_online_name!              | What's your Discord tag?
short | asks_online_name!              | What is your Facebook profile?
short | asks_online_name!              | What is your PlayStation name?
date  | asks_birthday!                 | What day were you born?
short | asks_age                       | How old are you exactly?
short | asks_number!                   | What is your case reference?
short | asks_number!                   | Your NHS number
short | asks_number!                   | What is your passport number?
short | asks_number!                   | Your ULN or UPN
short | -                              | Name one thing that helps.
short | -                              | Give your week a name.
text  | -                              | What do you think about having to give your name at meetings?
text  | -                              | Name your feelings today.
text  | -                              | What is your role in the council?
text  | -                              | What is your plan for the summer?
text  | -                              | Tell us about the street games you play.
text  | -                              | What is your happiest birthday memory?
text  | -                              | What is your mobile used for?
text  | -                              | What is your school day like?
text  | -                              | What should the new home be called?
text  | -                              | Who is the best person to explain things?
text  | -                              | What is your view of the number of moves?
text  | -                              | What is your phone rule at home?
text  | -                              | What is your favourite place in town?
text  | -                              | Who are your friends and what do you do together?
text  | -                              | Give us your thoughts.
text  | -                              | Where do you go to relax?
text  | -                              | What is your case for a later bedtime?
text  | -                              | What is your first memory?
text  | -                              | Which teacher's jokes are funny?
text  | -                              | Who is your favourite person in a film?
text  | -                              | Tell us your idea for the name of the garden.
text  | -                              | Share your favourite memory.
text  | -                              | What is your home school agreement?
text  | -                              | What is your number one wish?
text  | -                              | What is your last thought before bed?
text  | -                              | What is your real opinion?
text  | -                              | What age should you be to vote?
short | asks_name!                     | What should we write on the thank-you card: your name?
short | asks_name!                     | State your name for the record
short | asks_name!                     | Your details: name
short | asks_name!                     | Give your name and team
short | asks_name!                     | What's the child's name?
short | asks_other_name                | What's your grandma's name?
short | asks_school                    | Which nursery does your child go to?
short | asks_school                    | What is your school called?
short | asks_place                     | Which estate do you live on?
short | asks_address!                  | Where exactly is your home?
short | asks_address!                  | What's your house number and street?
short | asks_address!                  | Postcode
short | asks_phone!                    | What mobile can we use?
short | asks_phone!                    | WhatsApp number
short | asks_email!                    | How can we reach you by email?
short | asks_online_name!              | What is your Xbox gamertag?
date  | asks_birthday!                 | Enter your birth date
short | asks_birthday!                 | What is your child's date of birth?
short | asks_birthday!                 | When is your child's birthday?
num   | asks_age                       | Your age
short | asks_age                       | How old is your child?
short | asks_number!                   | Client ID
short | asks_number!                   | Please write your NHS number
short | asks_number!                   | What's your pupil reference number?
short | asks_name!                     | Sign your name here
"""
"""Found by trying the rules on ever new wordings; all of them were used to mend the rules."""

YES_NO = ("Yes", "No", "I don't know")
OPTIONS = {
    "one": YES_NO,
    "several": ("Football", "Dance", "Something else"),
    "faces": ("Great", "Good", "In the middle", "Not so good", "Awful"),
    "agree": ("I agree", "In the middle", "I disagree", "I don't know"),
    "scale": ("Always", "Sometimes", "Never", "I don't know"),
    "age": ("8 or 9", "10 or 11"),
}
KINDS = {
    "one": "single_choice", "several": "multiple_choice", "faces": "single_choice", "agree": "single_choice",
    "scale": "single_choice", "age": "age_band", "text": "long_text", "short": "text", "num": "integer", "date": "date",
    "photo": "photo", "voice": "voice", "draw": "drawing",
}  # fmt: skip
CODES = frozenset(
    "leading double_barrelled double_negative negative absolute long_recall jargon asks_name asks_other_name "
    "asks_birthday asks_age asks_address asks_place asks_school asks_phone asks_email asks_online_name asks_number "
    "shows_face exact_date".split()
)


@dataclass(frozen=True)
class Labelled:
    """One line: the kind's word, the words asked, the codes that should be found (with ! for errors)."""

    kind: str
    said: str
    expected: frozenset[str]

    @property
    def survey(self) -> Survey:
        """A survey for children that asks only this."""
        choices = [{"name": f"o{n}", "label": {"en": said}} for n, said in enumerate(OPTIONS.get(self.kind, ()))]
        question = {
            "type": "question",
            "name": "q",
            "kind": KINDS[self.kind],
            "label": {"en": self.said},
            "choices": choices,
        }
        appearance = self.kind if self.kind in ("faces", "agree", "scale") else "plain"
        return Survey.model_validate({
            "name": "s", "title": {"en": "S"}, "audience": "child", "languages": ["en"],
            "items": [question | {"appearance": appearance}],
        })  # fmt: skip

    @property
    def found(self) -> frozenset[str]:
        """What the check finds of the labelled codes, errors marked."""
        findings = [finding for finding in check(self.survey) if finding.code in CODES]
        return frozenset(f"{finding.code}{'!' if finding.level == 'error' else ''}" for finding in findings)


def labelled(lines: str = LINES) -> list[Labelled]:
    """All lines in order."""
    read = []
    for line in lines.strip().splitlines():
        kind, codes, said = (part.strip() for part in line.split("|", 2))
        read.append(Labelled(kind, said, frozenset(codes.split()) - {"-"}))
    return read


def score(lines: list[Labelled]) -> tuple[float, float]:
    """Precision and recall over all codes of these lines."""
    pairs = [(line.expected, line.found) for line in lines]
    right = sum(len(expected & found) for expected, found in pairs)
    found, expected = (sum(len(pair[n]) for pair in pairs) for n in (1, 0))
    return right / found, right / expected
