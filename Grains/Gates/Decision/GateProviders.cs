using System.Collections.Immutable;

namespace ControlPlane.Grains.Gates.Decision;

/// <summary>The providers that the gate asks: all enabled ones of the catalogue, whether they ever report or not.</summary>
internal sealed record GateProviders(ImmutableArray<GateProvider> All);
