using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Gates;

/// <summary><c>ControlPlane:Policy</c>: what must hold before anything may trade.</summary>
public sealed class PolicyOptions
{
    public const string Section = "ControlPlane:Policy";

    /// <summary>By gate name. A gate that is not named has the default policy: required, and held by any provider of its category.</summary>
    public ImmutableDictionary<string, GatePolicyOptions> Gates { get; set; } = ImmutableDictionary<string, GatePolicyOptions>.Empty;

    /// <summary>True when the risk engine is an external program that proves its progress by heartbeats.</summary>
    public bool ExternalRiskEngine { get; set; }

    /// <summary>Which provider to propose when several would do with as few new secrets.</summary>
    public ImmutableArray<string> Preferred { get; set; } = ["polygon", "databento", "alpaca", "oanda", "tradovate", "ironbeam", "anthropic", "openai"];

    public GatePolicyOptions For(string gate) => Gates.GetValueOrDefault(gate) ?? GatePolicyOptions.Default;
}

/// <summary>Policy of one gate.</summary>
/// <param name="Required">False lets the system be OK without this gate.</param>
/// <param name="AnyOf">When not empty, only these providers count.</param>
/// <param name="AllOf">Each of these must be connected.</param>
public sealed record GatePolicyOptions(bool Required, ImmutableArray<string> AnyOf, ImmutableArray<string> AllOf)
{
    public static GatePolicyOptions Default { get; } = new(true, [], []);
}
