namespace ControlPlane.Grains.Integrations.Catalogue.Validation;

/// <summary>Collects the errors of one place in a file.</summary>
internal sealed class FieldErrors(string path, string field, List<CatalogueError> errors)
{
    public string Path => path;

    public FieldErrors At(string name) => new(path, Join(field, name), errors);

    public FieldErrors At(string name, int index) => At($"{name}[{index}]");

    /// <summary>The same place, with another list to collect in.</summary>
    public FieldErrors Into(List<CatalogueError> other) => new(path, field, other);

    public void AddAll(IEnumerable<CatalogueError> found) => errors.AddRange(found);

    public void Add(string rule) => errors.Add(new CatalogueError(path, field, rule));

    public void Add(string name, string rule) => At(name).Add(rule);

    /// <summary>Adds the rule when it does not hold; returns whether it holds.</summary>
    public bool Expect(bool holds, string name, string rule)
    {
        if (!holds)
            Add(name, rule);
        return holds;
    }

    private static string Join(string parent, string name) => parent.Length == 0 || name.StartsWith('[') ? parent + name : $"{parent}.{name}";
}
