using System.Text.Json;
using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>Enums as the names of the contract, and never as numbers. It belongs to the options of the API, not to the enums: what the grains
/// store has numbers.</summary>
public sealed class ContractEnumConverter<TEnum>() : JsonStringEnumConverter<TEnum>(namingPolicy: null, allowIntegerValues: false)
    where TEnum : struct, Enum;
