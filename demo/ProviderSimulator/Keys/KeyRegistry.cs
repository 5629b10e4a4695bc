using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;

namespace ControlPlane.ProviderSimulator.Keys;

/// <summary>The keys each provider knows, and the tokens it has given out.</summary>
internal sealed class KeyRegistry
{
    private readonly ConcurrentDictionary<string, ImmutableList<KeySet>> _sets = new();
    private readonly ConcurrentDictionary<(string Provider, string Token), KeySet> _tokens = new();

    /// <summary>Keys in the order they were registered.</summary>
    public IReadOnlyList<KeySet> Of(string provider) => _sets.GetValueOrDefault(provider) ?? [];

    public void Put(string provider, IReadOnlyDictionary<string, string> values, string state)
    {
        _sets.AddOrUpdate(provider, _ => [new KeySet(values, state)], (_, sets) =>
        {
            var known = sets.Find(set => set.HasSameValues(values));
            if (known is null)
                return sets.Add(new KeySet(values, state));
            known.State = state;
            return sets;
        });
    }

    /// <summary>Forgets one key, or all when <paramref name="values"/> is null, with their tokens.</summary>
    public void Remove(string provider, IReadOnlyDictionary<string, string>? values)
    {
        _sets.AddOrUpdate(provider, [], (_, sets) => values is null ? [] : sets.RemoveAll(set => set.HasSameValues(values)));
        var kept = Of(provider);
        foreach (var (key, set) in _tokens)
        {
            if (key.Provider == provider && !kept.Contains(set))
                _tokens.TryRemove(key, out _);
        }
    }

    public string IssueToken(string provider, KeySet? owner)
    {
        var token = "tok_" + RandomNumberGenerator.GetHexString(40, lowercase: true);
        if (owner is not null)
            _tokens[(provider, token)] = owner;
        return token;
    }

    public bool Owns(string provider, KeySet set, string token) =>
        (_tokens.TryGetValue((provider, token), out var owner) && ReferenceEquals(owner, set)) || set.HoldsToken(token);

    public IReadOnlyList<string> TokensOf(string provider) =>
        [.. _tokens.Keys.Where(key => key.Provider == provider).Select(static key => key.Token)];
}
