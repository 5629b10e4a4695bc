namespace ControlPlane.Dashboard.Readings;

/// <summary>A figure as it was read. There is no bare number to print where nothing was read.</summary>
public abstract record Reading<T>
{
    private Reading()
    {
    }

    /// <param name="AsOf">When it was last known to hold.</param>
    public sealed record Known(T Value, DateTimeOffset AsOf) : Reading<T>;

    /// <summary>It is known that there is none, for example "Never used".</summary>
    public sealed record None(string Words) : Reading<T>;

    /// <param name="Since">Since when nobody could read it; null when that is not known either.</param>
    public sealed record Unavailable(DateTimeOffset? Since, string Reason) : Reading<T>;

    /// <summary>Asked for, and not answered yet.</summary>
    public sealed record Pending(DateTimeOffset Since) : Reading<T>;
}
