// A voice of the device itself for a language. One that lives on another machine would be sent the words of the page,
// and on some pages those are a child's own: it does not count.

export function voiceFor(language: string): SpeechSynthesisVoice | undefined {
  const wanted = language.toLowerCase();
  const base = wanted.split("-")[0];
  const code = (voice: SpeechSynthesisVoice): string => voice.lang.replace("_", "-").toLowerCase();
  const own = speechSynthesis.getVoices().filter((voice) => voice.localService && code(voice).split("-")[0] === base);
  // en-GB before other kinds of English: that is how the people around a child speak.
  return own.find((voice) => code(voice) === wanted) ?? own.find((voice) => code(voice) === `${base}-gb`) ?? own[0];
}
