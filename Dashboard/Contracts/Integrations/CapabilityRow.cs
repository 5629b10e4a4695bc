using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>What a key may do, and how that is known.</summary>
public sealed record CapabilityRow(CapabilityName Name, CapabilityKnowledge Status);

/// <summary>What a key may do at its provider.</summary>
[JsonConverter(typeof(ContractEnumConverter<CapabilityName>))]
public enum CapabilityName
{
    [JsonStringEnumMemberName("read")] Read,
    [JsonStringEnumMemberName("trade")] Trade,
    [JsonStringEnumMemberName("infer")] Infer,
    [JsonStringEnumMemberName("withdraw")] Withdraw,
}

/// <summary>How a capability is known: <c>proven</c> by the provider's answer, <c>implied</c> by the kind of key, <c>missing</c>, or <c>unknown</c>.</summary>
[JsonConverter(typeof(ContractEnumConverter<CapabilityKnowledge>))]
public enum CapabilityKnowledge
{
    [JsonStringEnumMemberName("unknown")] Unknown,
    [JsonStringEnumMemberName("missing")] Missing,
    [JsonStringEnumMemberName("implied")] Implied,
    [JsonStringEnumMemberName("proven")] Proven,
}
