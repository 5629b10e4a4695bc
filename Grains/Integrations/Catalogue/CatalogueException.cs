using System.Collections.Immutable;

namespace ControlPlane.Grains.Integrations.Catalogue;

/// <summary>The catalogue can't be used. Names every broken rule, not only the first.</summary>
public sealed class CatalogueException(ImmutableArray<CatalogueError> errors)
    : Exception("The catalogue of providers has errors:" + string.Concat(errors.Select(error => $"{Environment.NewLine}  {error}")))
{
    public ImmutableArray<CatalogueError> Errors { get; } = errors;
}
