using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>What a key may do at its provider.</summary>
public enum Capability
{
    [JsonStringEnumMemberName("read")] Read = 0,
    [JsonStringEnumMemberName("trade")] Trade = 1,
    [JsonStringEnumMemberName("infer")] Infer = 2,
    [JsonStringEnumMemberName("withdraw")] Withdraw = 3,
}
