using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Policy;
using ControlPlane.Grains.Integrations.Verification;
using ControlPlane.Grains.Secrets;

namespace ControlPlane.Grains.Integrations.Activation;

/// <summary>The provider's secrets as this process has them, and what follows from them alone.</summary>
internal sealed class LoadedSecrets(ProviderContext context)
{
    private long _version = -1;
    private byte[] _fingerprint = [];
    private IReadOnlyDictionary<string, Secret> _values = new Dictionary<string, Secret>();

    /// <summary>The way in that the values suffice for; none before the first <see cref="Load"/>.</summary>
    public AccessChoice Choice { get; private set; } = new(null, []);

    /// <summary>How the values look.</summary>
    public ImmutableArray<Reason> Looks { get; private set; } = [];

    /// <summary>Set while a secret is so short that logs can't be kept free of it.</summary>
    public Reason? TooShort { get; private set; }

    /// <summary>Of the values. Whoever keeps a proof keeps this with it: a proof of another fingerprint counts no more.</summary>
    public ReadOnlyMemory<byte> Fingerprint => _fingerprint;

    /// <summary>Takes over the present values.</summary>
    public SecretsChange Load()
    {
        var services = context.Services;
        var version = services.Secrets.Version;
        if (version == _version) return SecretsChange.None;
        _version = version;
        var values = AccessSelection.Values(context.Definition, services.Secrets.Find);
        Looks = LoadedValues.Look(
            context.Definition, AccessSelection.Choose(context.Definition, values).Access, values, new(services.Secrets.Names, services.Catalogue.VariableNames, context.Settings, services.Network));
        var fingerprint = SecretFingerprint.Compute(services.FingerprintKey.Value, values.Select(v => new KeyValuePair<string, Secret?>(v.Key, v.Value)));
        if (fingerprint.AsSpan().SequenceEqual(_fingerprint)) return SecretsChange.None;

        var first = _fingerprint.Length == 0;
        _fingerprint = fingerprint;
        _values = values;
        TooShort = ShortSecretPolicy.Find(context.Definition, values, context.Time.GetUtcNow());
        Choice = AccessSelection.Choose(context.Definition, values);
        return first ? SecretsChange.First : SecretsChange.Others;
    }

    public VerifyTarget Target(AccessDefinition access) => new(context.Definition, access, _values, context.Settings.BaseUrl)
    {
        Network = context.Services.Network,
        CertificateSha256 = context.Settings.Certificate,
    };

    public VariablePresence Presence(VariableDefinition variable)
    {
        var present = _values.TryGetValue(variable.Name, out var value);
        return new(variable.Name, variable.Secret, present, present && variable.Secret ? value!.Masked() : null, variable.Hint);
    }
}

/// <summary>What <see cref="LoadedSecrets.Load"/> found.</summary>
internal enum SecretsChange
{
    None,
    First,

    /// <summary>Other values than before.</summary>
    Others,
}
