using System.Globalization;

namespace ControlPlane.Dashboard.Browser;

/// <summary>Instants as the person's own wall clock shows them; with the word UTC where that was chosen, and until the browser has told its offset.</summary>
public sealed class LocalClock(TimeProvider time)
{
    private (long FromMs, TimeSpan Offset)[]? _offsets;
    private bool _utc;

    /// <summary>Preference: the zone in which times are shown.</summary>
    internal const string Zoned = "zone";

    /// <summary>Another zone was chosen.</summary>
    public event Action? ZoneChanged;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>True when times are shown in UTC, by choice or for want of the browser's offset.</summary>
    public bool IsUtc => _utc || _offsets is null;

    /// <summary>The zone of the times that are shown, as it is now: <c>UTC</c> or <c>UTC+02:00</c>.</summary>
    public string Zone => IsUtc ? "UTC" : Name(Offset(Now));

    /// <param name="pairs">Moments in Unix milliseconds and the offset in minutes that began then, oldest first.</param>
    public void Learn(IReadOnlyList<double> pairs) =>
        _offsets = [.. pairs.Chunk(2).Where(pair => pair.Length == 2).Select(pair => ((long)pair[0], TimeSpan.FromMinutes(pair[1])))];

    /// <summary><c>14:02</c>, with its day when that is not today.</summary>
    public string Minute(DateTimeOffset instant) => Text(instant, "HH:mm");

    /// <summary><c>14:02</c> without its day, for axes that span no more than one.</summary>
    public string Hour(DateTimeOffset instant) => Local(instant).ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary><c>14:02:11</c>, with its day when that is not today.</summary>
    public string Second(DateTimeOffset instant) => Text(instant, "HH:mm:ss");

    /// <summary>Day and time to the second, in the chosen zone: <c>2026-11-24 14:02:11</c>.</summary>
    public string Full(DateTimeOffset instant) => Local(instant).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>The instant in full with its zone, and in UTC where that is another one; for tooltips.</summary>
    public string Other(DateTimeOffset instant) => IsUtc ? Absolute(instant) : $"{Full(instant)} {Name(Offset(instant))}, {Absolute(instant)}";

    public void Choose(bool utc)
    {
        if (_utc == utc) return;
        _utc = utc;
        ZoneChanged?.Invoke();
    }

    /// <summary>The absolute instant, for tooltips.</summary>
    public static string Absolute(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private string Text(DateTimeOffset instant, string pattern)
    {
        var (local, now) = (Local(instant), Local(Now));
        var day = local.Date == now.Date ? "" : local.Year == now.Year ? "MMM d, " : "yyyy-MM-dd, ";
        return local.ToString(day + pattern, CultureInfo.InvariantCulture) + (IsUtc ? " UTC" : "");
    }

    private DateTime Local(DateTimeOffset instant) => IsUtc ? instant.UtcDateTime : instant.UtcDateTime + Offset(instant);

    private TimeSpan Offset(DateTimeOffset instant)
    {
        var at = instant.ToUnixTimeMilliseconds();
        return (_offsets ?? []).LastOrDefault(entry => entry.FromMs <= at).Offset;
    }

    private static string Name(TimeSpan offset) => offset == TimeSpan.Zero ? "UTC" : $"UTC{(offset < TimeSpan.Zero ? "\u2212" : "+")}{offset.Duration():hh\\:mm}";
}
