namespace ControlPlane.Dashboard.Readings;

/// <summary>How old a reading may be.</summary>
public enum Freshness
{
    Fresh,

    /// <summary>Older than its budget: shown with the time it is from.</summary>
    Stale,

    /// <summary>More than five budgets old: no longer shown as a value.</summary>
    Lapsed,
}

/// <summary>Evaluates the age of readings while the link is live. While it is not, the page's header says so instead.</summary>
public static class FreshnessPolicy
{
    public static readonly TimeSpan Bot = TimeSpan.FromSeconds(15);
    public static readonly TimeSpan Connection = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan Chart = TimeSpan.FromMinutes(5);

    /// <summary>How long a first load may take before it counts as unavailable.</summary>
    public static readonly TimeSpan AdaptiveReadTimeout = TimeSpan.FromSeconds(10);

    private const int LapsesAfter = 5;

    public static Freshness Evaluate(TimeSpan age, TimeSpan budget) =>
        age <= budget ? Freshness.Fresh : age <= budget * LapsesAfter ? Freshness.Stale : Freshness.Lapsed;
}
