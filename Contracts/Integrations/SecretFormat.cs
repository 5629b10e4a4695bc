using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>How a value looks, without asking anyone.</summary>
public enum SecretFormat
{
    /// <summary>No shape is known to compare it with.</summary>
    [JsonStringEnumMemberName("unknown")] Unknown = 0,
    [JsonStringEnumMemberName("ok")] Ok = 1,

    /// <summary>Worth a second look; never a refusal.</summary>
    [JsonStringEnumMemberName("suspicious")] Suspicious = 2,
    [JsonStringEnumMemberName("blank")] Blank = 3,
}
