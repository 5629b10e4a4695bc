using System.Text.Json;
using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>Enums as the words of the contract, and never as numbers.</summary>
public sealed class ContractEnumConverter<TEnum>() : JsonStringEnumConverter<TEnum>(namingPolicy: null, allowIntegerValues: false)
    where TEnum : struct, Enum;
