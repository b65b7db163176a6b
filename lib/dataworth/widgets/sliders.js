// The distribution function is Hart's approximation as printed by West (2005), good to 1e-14;
// its inverse is found by halving, which is short and as good.
const cdf = function (x) {
  const a = Math.abs(x), e = Math.exp(-a * a / 2);
  let p = 0;
  if (a < 7.07106781186547) {
    const num = [3.52624965998911e-2, 0.700383064443688, 6.37396220353165, 33.912866078383,
      112.079291497871, 221.213596169931, 220.206867912376];
    const den = [8.83883476483184e-2, 1.75566716318264, 16.064177579207, 86.7807322029461,
      296.564248779674, 637.333633378831, 793.826512519948, 440.413735824752];
    p = e * num.reduce((s, c) => s * a + c) / den.reduce((s, c) => s * a + c);
  } else if (a < 37) {
    p = e / (a + 1 / (a + 2 / (a + 3 / (a + 4 / (a + 0.65))))) / 2.506628274631;
  }
  return x > 0 ? 1 - p : p;
};
const inverse = function (p) {
  let low = -10, high = 10;
  for (let i = 0; i < 60; i += 1) {
    const middle = (low + high) / 2;
    if (cdf(middle) < p) low = middle; else high = middle;
  }
  return (low + high) / 2;
};
