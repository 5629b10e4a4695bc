using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>The only four states of an integration.</summary>
public enum ProviderState
{
    /// <summary>A required variable is missing or blank.</summary>
    [JsonStringEnumMemberName("NOT_CONFIGURED")] NotConfigured = 0,

    /// <summary>Configured, but no fresh, conclusive, good verify by this process with these secrets stands.</summary>
    [JsonStringEnumMemberName("CONFIGURED_NOT_CONNECTED")] ConfiguredNotConnected = 1,

    /// <summary>Verified and fresh, with a problem.</summary>
    [JsonStringEnumMemberName("DEGRADED")] Degraded = 2,

    /// <summary>Verified, fresh, without a problem.</summary>
    [JsonStringEnumMemberName("CONNECTED")] Connected = 3,
}
