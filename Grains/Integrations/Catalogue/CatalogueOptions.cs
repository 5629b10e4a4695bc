namespace ControlPlane.Grains.Integrations.Catalogue;

/// <summary>Where further providers come from.</summary>
public sealed class CatalogueOptions
{
    /// <summary>A file, or a folder of <c>*.json</c> files, in the format of the built-in catalogue. Null or blank: built-in providers only.</summary>
    public string? Path { get; set; }
}
