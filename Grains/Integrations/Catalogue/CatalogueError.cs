namespace ControlPlane.Grains.Integrations.Catalogue;

/// <summary>One broken rule of a catalogue file.</summary>
/// <param name="Path">The file.</param>
/// <param name="Field">Where in the file, for example <c>access[0].verify.outcomes[2].verdict</c>; empty for the file as a whole.</param>
/// <param name="Rule">The rule and how to keep it.</param>
public sealed record CatalogueError(string Path, string Field, string Rule)
{
    public override string ToString() => Field.Length == 0 ? $"{Path}: {Rule}" : $"{Path}: {Field}: {Rule}";
}
