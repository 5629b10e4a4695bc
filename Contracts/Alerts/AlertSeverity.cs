using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>How urgent an alert is, in rising order.</summary>
public enum AlertSeverity
{
    [JsonStringEnumMemberName("info")] Info = 0,
    [JsonStringEnumMemberName("warn")] Warn = 1,

    /// <summary>Somebody must look now. Quiet hours never hold it.</summary>
    [JsonStringEnumMemberName("page")] Page = 2,
}
