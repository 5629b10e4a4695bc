using System.Globalization;
using System.Text;

namespace ControlPlane.Api.Http;

/// <summary>Instants that callers send.</summary>
internal static class Instants
{
    private const int MaxLength = 40;

    private static readonly string[] s_formats =
    [
        "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK",
    ];

    /// <summary>True for an ISO 8601 instant that says its offset, and for null. Without an offset nobody knows which instant it is.</summary>
    public static bool TryParse(string? text, out DateTimeOffset? instant)
    {
        instant = null;
        if (text is null) return true;
        if (text.Length > MaxLength || !SaysOffset(text)) return false;
        if (!DateTimeOffset.TryParseExact(text, s_formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed)) return false;
        instant = parsed.ToUniversalTime();
        return true;
    }

    /// <summary>The same from UTF-8, without a string for the form that programs write: <c>2026-01-31T23:59:59Z</c>, with up to seven decimals.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out DateTimeOffset? instant)
    {
        if (TryParseUtc(utf8, out var utc))
        {
            instant = utc;
            return true;
        }

        instant = null;
        return utf8.Length <= MaxLength && TryParse(Encoding.UTF8.GetString(utf8), out instant);
    }

    private static bool TryParseUtc(ReadOnlySpan<byte> text, out DateTimeOffset instant)
    {
        instant = default;
        if (text.Length is < 20 or > 28 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[^1] != 'Z') return false;
        if (!TryDigits(text[..4], out var year) || !TryDigits(text[5..7], out var month) || !TryDigits(text[8..10], out var day)
            || !TryDigits(text[11..13], out var hour) || !TryDigits(text[14..16], out var minute) || !TryDigits(text[17..19], out var second)) return false;
        var ticks = 0;
        if (text.Length > 20)
        {
            var decimals = text[20..^1];
            if (text[19] != '.' || decimals.IsEmpty || !TryDigits(decimals, out ticks)) return false;
            for (var digits = decimals.Length; digits < 7; digits++) ticks *= 10;
        }

        if (year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59) return false;
        instant = new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero).AddTicks(ticks);
        return true;
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

    private static bool SaysOffset(string text) =>
        text.EndsWith('Z') || (text.Length > 6 && text[^3] == ':' && text[^6] is '+' or '-');
}
