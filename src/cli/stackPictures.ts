/** Pictures of `src/draw` one below the other, as one SVG. They share their style sheet and name nothing by id. */
export function stackPictures(pictures: readonly string[]): string {
  let height = 0;
  let width = 0;
  const placed = pictures.map((picture) => {
    const size = /^<svg [^>]*?width="(\d+(?:\.\d+)?)" height="(\d+(?:\.\d+)?)"/.exec(picture);
    if (size === null) throw new TypeError("a picture that is no SVG with width and height");
    const y = height;
    width = Math.max(width, Number(size[1]));
    height += Number(size[2]);
    return picture.replace("<svg ", `<svg y="${y}" `);
  });
  const box = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${box}>${placed.join("")}</svg>`;
}
