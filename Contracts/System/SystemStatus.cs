using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>May the system act on its own?</summary>
public enum SystemStatus
{
    [JsonStringEnumMemberName("BLOCKED")] Blocked = 0,
    [JsonStringEnumMemberName("DEGRADED")] Degraded = 1,
    [JsonStringEnumMemberName("OK")] Ok = 2,
}
