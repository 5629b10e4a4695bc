using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Gates.Suspension;

/// <summary>When time that the monotonic clock did not count voids what was proven.</summary>
internal static class SuspensionPolicy
{
    /// <summary>Time in which each provider's own verify comes, a login's minimum interval aside.</summary>
    private static readonly TimeSpan s_verifiedAgain = TimeSpan.FromMinutes(2);

    /// <param name="ahead">By how much another clock ran ahead of the monotonic one since the last look.</param>
    /// <param name="lease">The gate's lease: the longest time for which an answer counts.</param>
    public static bool IsSuspension(TimeSpan ahead, TimeSpan lease) => ahead > lease;

    public static Reason Reason(TimeSpan ahead, DateTimeOffset since) => new(
        Codes.HostSuspended,
        Severity.Blocked,
        $"The host slept, or its clock was set ahead, by {Text(ahead)}. What was proven before counts no more.",
        "No action: every provider is verified again at once. LIVE must be armed again.",
        since)
    {
        Resolution = Resolution.SelfHealing,
        ManualAfter = s_verifiedAgain,
    };

    private static string Text(TimeSpan ahead) =>
        ahead < TimeSpan.FromMinutes(2) ? $"{(long)ahead.TotalSeconds} s" : ahead < TimeSpan.FromHours(2) ? $"{(long)ahead.TotalMinutes} min" : $"{(long)ahead.TotalHours} h";
}
