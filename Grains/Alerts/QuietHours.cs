using System.Globalization;

namespace ControlPlane.Grains.Alerts;

/// <summary>A span of each day, in a time zone, in which only pages are sent.</summary>
internal sealed record QuietHours(TimeOnly From, TimeOnly To, TimeZoneInfo Zone)
{
    /// <summary>What a refusal says.</summary>
    public const string Rule = "must be two times of a day and a time zone, such as 22:00-07:00 Europe/Berlin (UTC without a zone)";

    /// <summary>Null when the text is not of the form, or the host does not know the zone.</summary>
    public static QuietHours? Parse(string text)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (parts.Length is not (1 or 2) || parts[0].Split('-') is not [var from, var to]) return null;
        if (!TimeOnly.TryParseExact(from, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var begin)
            || !TimeOnly.TryParseExact(to, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var end) || begin == end) return null;
        if (parts.Length == 1) return new(begin, end, TimeZoneInfo.Utc);
        return TimeZoneInfo.TryFindSystemTimeZoneById(parts[1], out var zone) ? new(begin, end, zone) : null;
    }

    /// <summary>The end of the quiet hours that <paramref name="now"/> lies in, or null outside of them.</summary>
    public DateTimeOffset? EndOf(DateTimeOffset now)
    {
        var local = TimeZoneInfo.ConvertTime(now, Zone);
        var time = TimeOnly.FromTimeSpan(local.TimeOfDay);
        var quiet = From < To ? time >= From && time < To : time >= From || time < To;
        if (!quiet) return null;
        var day = DateOnly.FromDateTime(local.DateTime);
        if (From > To && time >= From) day = day.AddDays(1);
        var end = day.ToDateTime(To, DateTimeKind.Unspecified);

        // An end that the clock change leaves out comes with the hour that follows.
        while (Zone.IsInvalidTime(end)) end = end.AddMinutes(30);
        return new DateTimeOffset(end, Zone.GetUtcOffset(end)).ToUniversalTime();
    }
}
