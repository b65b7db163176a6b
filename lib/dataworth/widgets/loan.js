const owed = (1 + C.funding) ** C.years, inTerm = 1 - (1 - v.pd) ** C.years;
const keep = v.recovery * (1 - C.decay) ** (C.years + C.wait) * (1 + C.funding) ** -C.wait;
const x = inverse(Math.min(Math.max(inTerm, 1e-9), 1 - 1e-9));
const own = Math.sqrt(1 - v.correlation ** 2);
const mass = C.nodes.map((z) => Math.exp(-z * z / 2) * cdf((x - v.correlation * z) / own));
const total = mass.reduce((s, m) => s + m, 0);
const missing = (h) => inTerm * mass.reduce((s, m, i) =>
  s + m * Math.max(owed - keep * C.values[i] / Math.max(1 - h, 1e-12), 0), 0) / total;
const rate = (h) => (owed + missing(h) / (1 - inTerm)) ** (1 / C.years) - 1;
const loan = v.value * (1 - v.haircut), lost = missing(v.haircut);
const promised = (1 + v.charged) ** C.years;
const grid = Array.from({ length: 50 }, (_, i) => i / 50);
return {
  values: { loan: loan, loss: lost, rate: rate(v.haircut), lossYuan: lost * loan,
    gain: ((promised - owed) * (1 - inTerm) - lost) * loan },
  curves: [
    { label: "break-even", x: grid.map((h) => 100 * h), y: grid.map((h) => 100 * rate(h)) },
    { label: "rate charged", x: [0, 98], y: [100 * v.charged, 100 * v.charged] },
  ],
};
