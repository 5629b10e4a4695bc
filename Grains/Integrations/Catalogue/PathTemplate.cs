using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Grains.Integrations.Catalogue;

/// <summary>A path with names in place of whole segments.</summary>
internal sealed class PathTemplate
{
    private readonly string?[] _literals;
    private readonly string?[] _names;

    private readonly StringComparison _case;

    /// <param name="anyCase">Whether literals match in any case: a server may read them so.</param>
    public PathTemplate(string path, bool anyCase = false)
    {
        _case = anyCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        var parts = path[1..].Split('/');
        _names = [.. parts.Select(Template.Whole)];
        _literals = [.. parts.Select((part, i) => _names[i] is null ? part : null)];
    }

    /// <summary>The same for two templates that match the same paths.</summary>
    public string Shape => string.Join('/', _literals.Select(literal => literal ?? "{}"));

    /// <summary>Orders templates: a literal segment before a name, from the left.</summary>
    public string Specificity => string.Concat(_literals.Select(literal => literal is null ? '1' : '0'));

    public IReadOnlyDictionary<string, string>? Match(string[] segments)
    {
        if (segments.Length != _literals.Length) return null;
        for (var i = 0; i < segments.Length; i++)
        {
            if (_literals[i] is { } literal ? !literal.Equals(segments[i], _case) : segments[i].Length == 0) return null;
        }

        return _names.Zip(segments).Where(pair => pair.First is not null).ToDictionary(pair => pair.First!, pair => pair.Second, StringComparer.Ordinal);
    }
}
