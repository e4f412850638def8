(() => {
  // Colours that are on their way to others are not looked at.
  const still = new CSSStyleSheet();
  still.replaceSync("*, *::before, *::after { transition: none !important; animation: none !important; }");
  document.adoptedStyleSheets = [still];
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  /** A colour of CSS, whatever its notation, as [red, green, blue, alpha] of 0 to 1. */
  const parsed = (colour) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
    return [red / 255, green / 255, blue / 255, alpha / 255];
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((part, index) => part * a + below[index] * (1 - a));
  const luminance = (colour) => {
    const [r, g, b] = colour.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const line = (element) => {
    const all = [];
    for (let at = element; at; at = at.parentElement) {
      all.push(at);
    }
    return all;
  };
  /** What is behind an element's content; what is in the top layer has nothing of the page behind it. */
  const behind = (element) => {
    const layers = line(element);
    const top = layers.findIndex((at) => at.matches("dialog[open]"));
    return (top < 0 ? layers : layers.slice(0, top + 1))
      .reverse()
      .reduce((below, at) => over(parsed(getComputedStyle(at).backgroundColor), below), parsed(getComputedStyle(document.body).backgroundColor).slice(0, 3));
  };
  const opacity = (element) => line(element).reduce((product, at) => product * Number(getComputedStyle(at).opacity), 1);
  const seen = (element) => {
    const { width, height } = element.getBoundingClientRect();
    const dialog = document.querySelector("dialog:modal");
    return width > 1 && height > 1 && element.checkVisibility({ visibilityProperty: true }) && (!dialog || dialog.contains(element));
  };
  const wrong = [];
  const check = (element, colour, ground, least, what) => {
    const [r, g, b, a] = parsed(colour);
    const is = ratio(over([r, g, b, a * opacity(element)], ground), ground);
    if (is < least) {
      wrong.push(`${is.toFixed(2)} < ${least}: ${what} ${element.tagName.toLowerCase()}#${element.id}.${element.getAttribute("class")} '${element.textContent.trim().slice(0, 40)}'`);
    }
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = new Set();
  while (walker.nextNode()) {
    if (walker.currentNode.textContent.trim() !== "") {
      texts.add(walker.currentNode.parentElement);
    }
  }
  for (const element of texts) {
    if (seen(element)) {
      const style = getComputedStyle(element);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      check(element, element instanceof SVGElement ? style.fill : style.color, behind(element), large ? 3 : 4.5, "text");
    }
  }
  for (const input of document.querySelectorAll("input")) {
    if (seen(input)) {
      check(input, getComputedStyle(input, "::placeholder").color, behind(input), 4.5, "placeholder of");
      if (input.type !== "checkbox") {
        check(input, getComputedStyle(input).borderTopColor, behind(input.parentElement), 3, "border of");
      }
    }
  }
  for (const shape of document.querySelectorAll(".shape")) {
    if (seen(shape)) {
      check(shape, getComputedStyle(shape).fill, behind(shape.closest("figure")), 3, "shape");
    }
  }
  return wrong;
})()
