using ControlPlane.Contracts;

namespace ControlPlane.Dashboard.Views.Connections;

/// <summary>What a key may do, in words.</summary>
public static class CapabilityNames
{
    /// <summary>For example <c>read proven, trade missing</c>; null when nothing was verified.</summary>
    public static string? Of(IReadOnlyList<CapabilityRow> capabilities) => capabilities.Count == 0
        ? null
        : string.Join(", ", capabilities.Select(capability => $"{capability.Name.ToString().ToLowerInvariant()} {capability.Status.ToString().ToLowerInvariant()}"));

    /// <summary>Whether the key is good and lacks what its gate stands for.</summary>
    public static bool IsLimited(this IntegrationRow row) => row.Reasons.Any(reason => reason.Code == "INTEGRATION_LIMITED");

    /// <summary>Seconds with the direction: whose clock is ahead.</summary>
    public static string Skew(int seconds) => seconds switch
    {
        0 => "none",
        > 0 => $"provider {seconds} s ahead of this host",
        _ => $"provider {-(long)seconds} s behind this host",
    };
}
