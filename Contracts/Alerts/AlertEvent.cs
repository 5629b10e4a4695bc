using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>What is told of an alert.</summary>
public enum AlertEvent
{
    [JsonStringEnumMemberName("opened")] Opened = 0,

    /// <summary>It lasts and nobody acknowledged it, or it became more severe.</summary>
    [JsonStringEnumMemberName("repeated")] Repeated = 1,
    [JsonStringEnumMemberName("escalated")] Escalated = 2,
    [JsonStringEnumMemberName("acknowledged")] Acknowledged = 3,
    [JsonStringEnumMemberName("resolved")] Resolved = 4,
    [JsonStringEnumMemberName("test")] Test = 5,
}
