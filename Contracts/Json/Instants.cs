using System.Text;

namespace ControlPlane.Contracts;

/// <summary>The one parser of instants that callers send, in bodies and queries: <c>2026-01-31T23:59:59.123456789Z</c>. Seconds and up to nine
/// decimals are optional. The zone (<c>Z</c> or an offset such as <c>+09:00</c>) is not. The time zone of the host plays no part.</summary>
public static class Instants
{
    /// <summary>The longest form: nine decimals and an offset.</summary>
    private const int MaxLength = 35;

    /// <summary>What a refusal says.</summary>
    public const string Rule = "an ISO 8601 instant with a zone (Z or an offset) and up to nine decimals";

    /// <summary>True for an instant, and for null.</summary>
    public static bool TryParse(string? text, out DateTimeOffset? instant)
    {
        instant = null;
        if (text is null) return true;
        Span<byte> utf8 = stackalloc byte[MaxLength];
        return Encoding.UTF8.TryGetBytes(text, utf8, out var length) && TryParse(utf8[..length], out instant);
    }

    /// <summary>The same from UTF-8, without a string.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out DateTimeOffset? instant)
    {
        instant = null;
        if (text.Length is < 17 or > MaxLength || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':') return false;
        if (!TryDigits(text[..4], out var year) || !TryDigits(text[5..7], out var month) || !TryDigits(text[8..10], out var day)
            || !TryDigits(text[11..13], out var hour) || !TryDigits(text[14..16], out var minute)) return false;
        var rest = text[16..];
        if (!TrySeconds(ref rest, out var ticks) || !TryOffset(rest, out var offset)) return false;
        if (year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59) return false;

        // The first and the last hours of the calendar may lie beyond it in UTC.
        var utc = new DateTime(year, month, day, hour, minute, 0, DateTimeKind.Utc).Ticks + ticks - (offset * TimeSpan.TicksPerMinute);
        if (utc < DateTime.MinValue.Ticks || utc > DateTime.MaxValue.Ticks) return false;
        instant = new DateTimeOffset(utc, TimeSpan.Zero);
        return true;
    }

    /// <summary>Takes <c>:ss</c> and decimals off; what is finer than a tick is cut.</summary>
    private static bool TrySeconds(ref ReadOnlySpan<byte> rest, out long ticks)
    {
        ticks = 0;
        if (rest[0] != ':') return true;
        if (rest.Length < 4 || !TryDigits(rest[1..3], out var second) || second > 59) return false;
        ticks = second * TimeSpan.TicksPerSecond;
        rest = rest[3..];
        if (rest[0] != '.') return true;
        var digits = 1;
        for (long worth = TimeSpan.TicksPerSecond / 10; digits < rest.Length && char.IsAsciiDigit((char)rest[digits]); digits++, worth /= 10) ticks += (rest[digits] - '0') * worth;
        if (digits is < 2 or > 10 || digits == rest.Length) return false;
        rest = rest[digits..];
        return true;
    }

    private static bool TryOffset(ReadOnlySpan<byte> rest, out int minutes)
    {
        minutes = 0;
        if (rest is [(byte)'Z']) return true;
        if (rest.Length != 6 || rest[0] is not ((byte)'+' or (byte)'-') || rest[3] != ':' || !TryDigits(rest[1..3], out var hours) || !TryDigits(rest[4..6], out var left)) return false;
        minutes = (rest[0] == '-' ? -1 : 1) * ((hours * 60) + left);
        return left <= 59 && Math.Abs(minutes) <= 14 * 60;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int number)
    {
        number = 0;
        foreach (var character in text)
        {
            if (!char.IsAsciiDigit((char)character)) return false;
            number = (number * 10) + (character - '0');
        }

        return true;
    }
}
