using ControlPlane.Grains.Secrets.Redaction;

namespace ControlPlane.Grains.Secrets;

/// <summary>Keeps every value that was loaded, and the index <see cref="Redactor"/> finds them by.</summary>
public sealed class SecretRegistry : ISecretRegistry
{
    /// <summary>Shortest value that is recognised, in characters.</summary>
    public const int MinLength = SecretLength.Shortest;

    /// <summary>Values kept for a name, the present one and those before it.</summary>
    public const int ValuesPerName = 16;

    private readonly Lock _writing = new();
    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);

    // Readers take no lock: an index only gains entries, and is replaced as a whole when old values go.
    private volatile FragmentIndex _index = new();

    // Renderings as they may stand in bytes, for texts that come in pieces; null after a change, until somebody asks.
    private readonly HashSet<string> _renderings = new(StringComparer.Ordinal);
    private volatile SecretBeginnings? _beginnings = SecretBeginnings.None;

    internal FragmentIndex Index => _index;

    /// <summary>Tells how much of the end of a text may be the beginning of a secret.</summary>
    internal SecretBeginnings Beginnings
    {
        get
        {
            if (_beginnings is { } known) return known;
            lock (_writing) return _beginnings ??= new SecretBeginnings(_renderings);
        }
    }

    public void Register(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!SecretText.TryTrim(value, out var trimmed))
            return;
        lock (_writing)
        {
            if (!_values.TryGetValue(name, out var held))
                _values[name] = held = [];
            var known = held.Remove(trimmed);
            held.Add(trimmed);
            if (known)
                return;
            if (held.Count <= ValuesPerName)
            {
                Add(_index, trimmed);
                _beginnings = null;
                return;
            }
            held.RemoveAt(0);
            Rebuild();
        }
    }

    /// <summary>Forgets the values of names that turn out to hold no secret, so that they stay readable.</summary>
    internal void Forget(IEnumerable<string> names)
    {
        lock (_writing)
        {
            var forgotten = false;
            foreach (var name in names) forgotten |= _values.Remove(name);
            if (forgotten) Rebuild();
        }
    }

    private void Rebuild()
    {
        var rebuilt = new FragmentIndex();
        _renderings.Clear();
        foreach (var kept in _values.Values.SelectMany(values => values))
            Add(rebuilt, kept);
        _index = rebuilt;
        _beginnings = null;
    }

    /// <summary>Registers what sounds like a secret in the environment, before anything can print it.</summary>
    internal void RegisterEnvironment(IReadOnlyDictionary<string, string> environment)
    {
        foreach (var (name, value) in environment)
        {
            if (SecretName.SoundsSecret(name))
                Register(name, value);
        }
    }

    private void Add(FragmentIndex index, string value)
    {
        foreach (var part in SecretParts.Of(value))
        {
            foreach (var rendering in SecretRenderings.Of(part).Concat(SecretRenderings.InBytes(part)))
            {
                index.Add(rendering);
                _renderings.Add(rendering);
            }
        }
    }
}
