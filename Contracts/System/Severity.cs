using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>How grave a reason is.</summary>
public enum Severity
{
    [JsonStringEnumMemberName("info")] Info = 0,
    [JsonStringEnumMemberName("degraded")] Degraded = 1,
    [JsonStringEnumMemberName("blocked")] Blocked = 2,
}
