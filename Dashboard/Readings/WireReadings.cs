using ControlPlane.Contracts;

namespace ControlPlane.Dashboard.Readings;

/// <summary>Makes readings of the wire's form: a value, or null that is named in <c>unavailable</c>, or null because there is none.</summary>
public static class WireReadings
{
    /// <param name="field">The field's name on the wire.</param>
    /// <param name="none">What to say when there is none; null when a null can only mean that it was not read.</param>
    public static Reading<T> Of<T>(T? value, string field, IReadOnlyList<UnavailableRow> unavailable, DateTimeOffset asOf, string? none = null)
        where T : struct
    {
        if (value is { } known) return new Reading<T>.Known(known, asOf);
        var named = unavailable.FirstOrDefault(row => row.Field == field);
        return named is null && none is not null
            ? new Reading<T>.None(none)
            : new Reading<T>.Unavailable(named?.Since, named?.Code ?? "DATA_UNAVAILABLE");
    }

    /// <summary>The sum of what is known, and how many parts are not. Never counts a gap as 0.</summary>
    public static (long Sum, int Gaps) Sum(IEnumerable<long?> parts)
    {
        var (sum, gaps) = (0L, 0);
        foreach (var part in parts)
        {
            if (part is { } known) sum += known;
            else gaps++;
        }

        return (sum, gaps);
    }
}
