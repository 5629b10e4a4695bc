using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>How a capability is known.</summary>
public enum CapabilityStatus
{
    /// <summary>Not known.</summary>
    [JsonStringEnumMemberName("unknown")] Unknown = 0,

    /// <summary>The provider's answer says that the key lacks it.</summary>
    [JsonStringEnumMemberName("missing")] Missing = 1,

    /// <summary>The answer does not say it, but every accepted key of this kind has it, as the catalogue's source says.</summary>
    [JsonStringEnumMemberName("implied")] Implied = 2,

    /// <summary>The provider's answer says so.</summary>
    [JsonStringEnumMemberName("proven")] Proven = 3,
}
