using System.Numerics;

namespace ControlPlane.Grains.Risk;

/// <summary>An exact decimal number of any size. A decimal holds 28 digits. A quantity of 1e18 times a price of 1e-18 needs more, and a product that
/// is rounded could pass a limit that it breaks.</summary>
internal readonly record struct Exact(BigInteger Mantissa, int Scale) : IComparable<Exact>
{
    public static Exact Zero { get; } = new(BigInteger.Zero, 0);

    public bool IsZero => Mantissa.IsZero;

    public int Sign => Mantissa.Sign;

    public static implicit operator Exact(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var mantissa = ((BigInteger)(uint)bits[2] << 64) | ((BigInteger)(uint)bits[1] << 32) | (uint)bits[0];
        return new(value < 0 ? -mantissa : mantissa, value.Scale);
    }

    public static Exact operator +(Exact a, Exact b)
    {
        var scale = Math.Max(a.Scale, b.Scale);
        return new(a.At(scale) + b.At(scale), scale);
    }

    public static Exact operator -(Exact a) => new(-a.Mantissa, a.Scale);

    public static Exact operator -(Exact a, Exact b) => a + -b;

    public static Exact operator *(Exact a, Exact b) => new(a.Mantissa * b.Mantissa, a.Scale + b.Scale);

    public static bool operator <(Exact a, Exact b) => a.CompareTo(b) < 0;

    public static bool operator >(Exact a, Exact b) => a.CompareTo(b) > 0;

    public static bool operator <=(Exact a, Exact b) => a.CompareTo(b) <= 0;

    public static bool operator >=(Exact a, Exact b) => a.CompareTo(b) >= 0;

    public static Exact Max(Exact a, Exact b) => a >= b ? a : b;

    public static Exact Min(Exact a, Exact b) => a <= b ? a : b;

    public Exact Abs() => new(BigInteger.Abs(Mantissa), Scale);

    /// <summary>The number itself, or 0 when it is below.</summary>
    public Exact Positive() => Sign > 0 ? this : Zero;

    public Exact Clamp(Exact from, Exact to) => Max(from, Min(this, to));

    public int CompareTo(Exact other)
    {
        var scale = Math.Max(Scale, other.Scale);
        return At(scale).CompareTo(other.At(scale));
    }

    /// <summary>For display: rounded away from zero when a decimal can't hold it; null when it is beyond a decimal.</summary>
    public decimal? ToDecimal()
    {
        for (var scale = Math.Min(Scale, 28); scale >= 0; scale--)
        {
            var mantissa = scale == Scale ? Mantissa : Divide(Mantissa, BigInteger.Pow(10, Scale - scale));
            var size = BigInteger.Abs(mantissa);
            if (size >> 96 != 0) continue;
            return new decimal((int)(uint)(size & uint.MaxValue), (int)(uint)((size >> 32) & uint.MaxValue), (int)(uint)(size >> 64), mantissa.Sign < 0, (byte)scale);
        }

        return null;
    }

    private static BigInteger Divide(BigInteger value, BigInteger by)
    {
        var quotient = BigInteger.DivRem(value, by, out var rest);
        return rest.IsZero ? quotient : quotient + value.Sign;
    }

    private BigInteger At(int scale) => scale == Scale ? Mantissa : Mantissa * BigInteger.Pow(10, scale - Scale);
}
