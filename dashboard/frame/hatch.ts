/** Slanted lines, for what may still grow. It covers what is below it, and is as sharp as the screen. */
export function hatch(color: string, ground: string): string | CanvasPattern {
  const canvas = document.createElement('canvas');
  const size = Math.round(6 * devicePixelRatio);
  canvas.width = canvas.height = size;
  const context = canvas.getContext('2d');
  if (context === null) return color;
  context.fillStyle = ground;
  context.fillRect(0, 0, size, size);
  context.strokeStyle = context.fillStyle = color;
  context.globalAlpha = 0.2;
  context.fillRect(0, 0, size, size);
  context.globalAlpha = 0.9;
  context.lineWidth = devicePixelRatio * 1.4;
  context.beginPath();
  for (const shift of [-size, 0, size]) {
    context.moveTo(shift - 1, size + 1);
    context.lineTo(shift + size + 1, -1);
  }
  context.stroke();
  return context.createPattern(canvas, 'repeat') ?? color;
}
