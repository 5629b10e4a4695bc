namespace ControlPlane.Grains.Usage;

/// <summary><c>ControlPlane:Usage</c>.</summary>
public sealed class UsageOptions
{
    public const string Section = "ControlPlane:Usage";

    /// <summary>How long events are kept, in days. 2 to 3,650.</summary>
    public int RetentionDays { get; set; } = 30;

    /// <summary>How far ahead an event's time may be, for clocks that differ. 0 to 86,400 s.</summary>
    public int MaxAheadSeconds { get; set; } = 300;

    /// <summary>How long lost events keep a provider's figures unavailable and the system degraded, counted from the newest lost event. That is as
    /// long as the 24-hour count may have had them. 1 to 86,400 s.</summary>
    public double LossSeconds { get; set; } = 86_400;

    /// <summary>How often a provider's figures are compared with the store, so that a lost delta can't last. 0.1 to 3,600 s.</summary>
    public double ReconcileSeconds { get; set; } = 60;

    public IEnumerable<string> Errors()
    {
        if (RetentionDays is < 2 or > 3650) yield return "ControlPlane__Usage__RetentionDays: must be a whole number from 2 to 3650.";
        if (MaxAheadSeconds is < 0 or > 86_400) yield return "ControlPlane__Usage__MaxAheadSeconds: must be a whole number from 0 to 86400.";
        if (!(LossSeconds is >= 1 and <= 86_400)) yield return "ControlPlane__Usage__LossSeconds: must be a number from 1 to 86400.";
        if (!(ReconcileSeconds is >= 0.1 and <= 3600)) yield return "ControlPlane__Usage__ReconcileSeconds: must be a number from 0.1 to 3600.";
    }
}
