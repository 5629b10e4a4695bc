using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>What a message says of its alert.</summary>
public enum AlertEvent
{
    [JsonStringEnumMemberName("opened")] Opened = 0,

    /// <summary>It lasts without an acknowledgement, or became more severe.</summary>
    [JsonStringEnumMemberName("repeated")] Repeated = 1,
    [JsonStringEnumMemberName("escalated")] Escalated = 2,
    [JsonStringEnumMemberName("acknowledged")] Acknowledged = 3,
    [JsonStringEnumMemberName("resolved")] Resolved = 4,
    [JsonStringEnumMemberName("test")] Test = 5,
}
