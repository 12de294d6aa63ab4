"""What references of statistics share: intervals in decimal arithmetic from their formulas."""

import decimal

Z = decimal.Decimal("1.959963984540054")


def wilson(count, trials):
    n, p = decimal.Decimal(trials), decimal.Decimal(count) / trials
    center = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    margin = Z * (p * (1 - p) / n + Z * Z / (4 * n * n)).sqrt() / (1 + Z * Z / n)
    return p, (center - margin if count else decimal.Decimal(0)), (center + margin if count < trials else 1)


def newcombe_paired(e, f, g, h):
    n = e + f + g + h
    p1, l1, u1 = wilson(e + f, n)
    p2, l2, u2 = wilson(e + g, n)
    root = decimal.Decimal((e + f) * (g + h) * (e + g) * (f + h)).sqrt()
    product = decimal.Decimal(e * h - f * g)
    if product > 0:
        product = max(decimal.Decimal(0), product - decimal.Decimal(n) / 2)
    phi = product / root if root else 0
    low = ((p1 - l1) ** 2 - 2 * phi * (p1 - l1) * (u2 - p2) + (u2 - p2) ** 2).sqrt()
    high = ((p2 - l2) ** 2 - 2 * phi * (p2 - l2) * (u1 - p1) + (u1 - p1) ** 2).sqrt()
    return [float(p1 - p2), float(p1 - p2 - low), float(p1 - p2 + high)]
