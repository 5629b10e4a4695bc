using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Grains.Gateway;

/// <summary>What a call is.</summary>
/// <param name="Operation">Its catalogue entry; null for a call that its category lets pass.</param>
/// <param name="Label">Method and route for the usage event: never a key, an id or a query.</param>
/// <param name="PathValues">Segments that stand where the template has names, decoded.</param>
public sealed record OperationMatch(OperationEffect Effect, OperationDefinition? Operation, string Label, IReadOnlyDictionary<string, string> PathValues);
