// What moves by itself; and, if its reader asks for stillness, what would move later.
() => {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const name = (element) => `${element.localName}.${element.className}`;
  const moving = document.getAnimations()
    .map(({ effect }) => `${name(effect.target)} moves`);
  if (!still) return moving;
  const takesTime = (element) => {
    const { transitionDuration, animationDuration, scrollBehavior } = getComputedStyle(element);
    const longest = Math.max(
      ...`${transitionDuration}, ${animationDuration}`.split(",").map(parseFloat));
    return longest > 0.01 || scrollBehavior === "smooth";
  };
  const would = [...document.querySelectorAll("*")].filter(takesTime)
    .map((element) => `${name(element)} would move`);
  return [...new Set([...moving, ...would])];
}
