using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Hosts;
using ControlPlane.Grains.Integrations.Policy;
using ControlPlane.Grains.Secrets;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Integrations;

/// <summary>Secrets: a verdict belongs to the values that it was reached with.</summary>
internal sealed partial class ProviderGrain
{
    private readonly HostLedger _hosts = new();
    private long _secretsVersion = -1;
    private byte[] _fingerprint = [];
    private Reason? _shortSecrets;
    private ImmutableArray<Reason> _looks = [];
    private AccessChoice _choice = new(null, []);
    private IReadOnlyDictionary<string, Secret> _values = new Dictionary<string, Secret>();

    /// <summary>Takes over the present values; when they differ from those before, everything known about them is void.</summary>
    private void LoadSecrets()
    {
        TakeSuspension();
        var version = _services.Secrets.Version;
        if (version == _secretsVersion) return;
        _secretsVersion = version;
        var values = AccessSelection.Values(_definition!, _services.Secrets.Find);
        _looks = LoadedValues.Look(_definition!, AccessSelection.Choose(_definition!, values).Access, values, new(_services.Secrets.Names, _services.Catalogue.VariableNames, _settings, _services.Network));
        var fingerprint = SecretFingerprint.Compute(_services.FingerprintKey.Value, values.Select(v => new KeyValuePair<string, Secret?>(v.Key, v.Value)));
        if (fingerprint.AsSpan().SequenceEqual(_fingerprint)) return;

        var first = _fingerprint.Length == 0;
        _fingerprint = fingerprint;
        _values = values;
        _shortSecrets = ShortSecretPolicy.Find(_definition!, values, _time.GetUtcNow());
        _choice = AccessSelection.Choose(_definition!, values);
        _verdict = VerdictRecord.None;
        _lastReport = null;
        (_nextVerify, _nowBy) = (!first ? NextVerify.Now : _services.Moves.Claim(Id) ? NextVerify.Moved : NextVerify.AtStart, "secrets_changed");
        if (!first) LogSecretsChanged(_logger, Id);
    }

    private VariablePresence Presence(VariableDefinition variable)
    {
        var present = _values.TryGetValue(variable.Name, out var value);
        return new(variable.Name, variable.Secret, present, present && variable.Secret ? value!.Masked() : null, variable.Hint);
    }

    [LoggerMessage(EventIds.ProviderSecretsChanged, LogLevel.Information, "The secrets of {Provider} changed; it counts as never verified.")]
    private static partial void LogSecretsChanged(ILogger logger, string provider);
}
