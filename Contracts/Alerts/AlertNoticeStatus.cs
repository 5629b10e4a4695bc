using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>Status of a message to a channel.</summary>
public enum AlertNoticeStatus
{
    /// <summary>Not delivered yet: it waits for its first attempt, for the end of the quiet hours, or for the next attempt.</summary>
    [JsonStringEnumMemberName("pending")] Pending = 0,
    [JsonStringEnumMemberName("delivered")] Delivered = 1,

    /// <summary>Given up after a day, or, for a test, after its only attempt.</summary>
    [JsonStringEnumMemberName("failed")] Failed = 2,

    /// <summary>The alert was over before the quiet hours were, or a later message takes its place.</summary>
    [JsonStringEnumMemberName("skipped")] Skipped = 3,
}
