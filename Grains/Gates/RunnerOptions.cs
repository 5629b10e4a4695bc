using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Gates;

/// <summary><c>ControlPlane:Bots</c>: a runner's lease.</summary>
public sealed class RunnerOptions
{
    public const string Section = "ControlPlane:Bots";

    /// <summary>How long a lease holds without a heartbeat. 1 to 3,600 s.</summary>
    public double LeaseSeconds { get; set; } = 30;

    /// <summary>How often a runner should renew. Below <see cref="StopBySeconds"/>.</summary>
    public double RenewSeconds { get; set; } = 10;

    /// <summary>When a runner that could not renew must have stopped. Below <see cref="LeaseSeconds"/>, so that it has stopped before another may start.</summary>
    public double StopBySeconds { get; set; } = 20;

    /// <summary>How long a granted start may take to its first heartbeat. Unset: the lease.</summary>
    public double? StartSeconds { get; set; }

    /// <summary>Longest time for which LIVE can be armed, in minutes.</summary>
    public int MaxLiveMinutes { get; set; } = 24 * 60;

    /// <summary>How many bots can be registered. 1 to 1,000,000.</summary>
    public int Max { get; set; } = 1000;

    public TimeSpan Lease => TimeSpan.FromSeconds(LeaseSeconds);

    public TimeSpan Start => TimeSpan.FromSeconds(StartSeconds ?? LeaseSeconds);

    public LeaseTerms Terms => new((long)(LeaseSeconds * 1000), (long)(RenewSeconds * 1000), (long)(StopBySeconds * 1000));

    /// <summary>Each rule that is broken, as <c>key: rule</c>.</summary>
    public IEnumerable<string> Errors()
    {
        if (!(LeaseSeconds is >= 1 and <= 3600)) yield return "ControlPlane__Bots__LeaseSeconds: must be a number from 1 to 3600.";
        if (!(StopBySeconds > 0 && StopBySeconds < LeaseSeconds)) yield return "ControlPlane__Bots__StopBySeconds: must be above 0 and below LeaseSeconds.";
        if (!(RenewSeconds > 0 && RenewSeconds < StopBySeconds)) yield return "ControlPlane__Bots__RenewSeconds: must be above 0 and below StopBySeconds.";
        if (StartSeconds is { } start && !(start > 0 && start <= LeaseSeconds)) yield return "ControlPlane__Bots__StartSeconds: must be above 0 and at most LeaseSeconds, or unset.";
        if (MaxLiveMinutes is < 1 or > 10_080) yield return "ControlPlane__Bots__MaxLiveMinutes: must be a whole number from 1 to 10080.";
        if (Max is < 1 or > 1_000_000) yield return "ControlPlane__Bots__Max: must be a whole number from 1 to 1000000.";
    }
}
