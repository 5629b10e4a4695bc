using System.Globalization;

namespace ControlPlane.Dashboard.Browser;

/// <summary>Instants as the person's own wall clock shows them; with the word UTC until the browser has told its offset.</summary>
public sealed class LocalClock(TimeProvider time)
{
    private (long FromMs, TimeSpan Offset)[]? _offsets;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <param name="pairs">Moments in Unix milliseconds and the offset in minutes that began then, oldest first.</param>
    public void Learn(IReadOnlyList<double> pairs) =>
        _offsets = [.. pairs.Chunk(2).Where(pair => pair.Length == 2).Select(pair => ((long)pair[0], TimeSpan.FromMinutes(pair[1])))];

    /// <summary><c>14:02</c>, with its day when that is not today.</summary>
    public string Minute(DateTimeOffset instant) => Text(instant, "HH:mm");

    /// <summary><c>14:02</c> without its day, for axes that span no more than one.</summary>
    public string Hour(DateTimeOffset instant) => Local(instant).ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary><c>14:02:11</c>, with its day when that is not today.</summary>
    public string Second(DateTimeOffset instant) => Text(instant, "HH:mm:ss");

    /// <summary>The absolute instant, for tooltips.</summary>
    public static string Absolute(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private string Text(DateTimeOffset instant, string pattern)
    {
        var (local, now) = (Local(instant), Local(Now));
        var day = local.Date == now.Date ? "" : local.Year == now.Year ? "MMM d, " : "yyyy-MM-dd, ";
        return local.ToString(day + pattern, CultureInfo.InvariantCulture) + (_offsets is null ? " UTC" : "");
    }

    private DateTime Local(DateTimeOffset instant)
    {
        if (_offsets is null) return instant.UtcDateTime;
        var at = instant.ToUnixTimeMilliseconds();
        return instant.UtcDateTime + _offsets.LastOrDefault(entry => entry.FromMs <= at).Offset;
    }
}
