using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>A gate's condition. Only <see cref="True"/> is healthy.</summary>
public enum GateStatus
{
    [JsonStringEnumMemberName("Unknown")] Unknown = 0,
    [JsonStringEnumMemberName("False")] False = 1,
    [JsonStringEnumMemberName("True")] True = 2,
}
