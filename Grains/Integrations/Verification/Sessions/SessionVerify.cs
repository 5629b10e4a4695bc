using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Integrations.Verification.Outcomes;
using ControlPlane.Grains.Integrations.Verification.Requests;
using ControlPlane.Grains.Secrets;

namespace ControlPlane.Grains.Integrations.Verification.Sessions;

/// <summary>A probe under a token. A login can end a running bot's session or lock an account. So it is made once, only without a token, and not
/// again for a while with refused secrets.</summary>
internal sealed class SessionVerify(ProbeSender probe, TimeProvider time, ISecretRegistry? secrets = null) : IVerifyKind, IDisposable
{
    private const int Unauthorized = 401;
    private const int LongestToken = 16 * 1024;
    private static readonly TimeSpan s_lockedFor = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<(string Provider, string Access), SessionSlot> _slots = new();
    private readonly byte[] _fingerprintKey = RandomNumberGenerator.GetBytes(SecretFingerprint.KeyLength);

    public bool Handles(string kind) => kind == VerifyKinds.Session;

    public async Task<Conclusion> VerifyAsync(VerifyTarget target, VerifyDefinition verify, CancellationToken cancellationToken)
    {
        var login = verify.Login!;
        if (login.TokenVariable is { } variable && target.Values.TryGetValue(variable, out var held))
            return (await ProbeAsync(target, verify, held, cancellationToken)).Conclusion;

        var slot = _slots.GetOrAdd((target.Provider.Id, target.Access.Name), _ => new SessionSlot());
        await slot.Turn.WaitAsync(cancellationToken);
        try
        {
            return await UnderTurnAsync(slot, target, verify, login, cancellationToken);
        }
        finally
        {
            slot.Turn.Release();
        }
    }

    /// <summary>No token is set, and none is held. A slot whose turn is taken is in use: what becomes of it is not known.</summary>
    public bool LogsIn(VerifyTarget target, VerifyDefinition verify)
    {
        if (verify.Login is not { } login || (login.TokenVariable is { } variable && target.Values.ContainsKey(variable))) return false;
        if (!_slots.TryGetValue((target.Provider.Id, target.Access.Name), out var slot) || !slot.Turn.Wait(0)) return true;
        try
        {
            return slot.TokenFor(Fingerprint(target, login), time) is null;
        }
        finally
        {
            slot.Turn.Release();
        }
    }

    /// <summary>The token that calls go under now; null when none is set or held. Makes no login.</summary>
    public Secret? HeldToken(VerifyTarget target)
    {
        if (target.Access.Verify?.Login is not { } login) return null;
        if (login.TokenVariable is { } variable && target.Values.TryGetValue(variable, out var set)) return set;
        return _slots.TryGetValue((target.Provider.Id, target.Access.Name), out var slot) ? slot.Peek(Fingerprint(target, login), time) : null;
    }

    public void Dispose()
    {
        foreach (var slot in _slots.Values)
            slot.Dispose();
    }

    private async Task<Conclusion> UnderTurnAsync(
        SessionSlot slot, VerifyTarget target, VerifyDefinition verify, LoginDefinition login, CancellationToken cancellationToken)
    {
        var fingerprint = Fingerprint(target, login);
        var token = slot.TokenFor(fingerprint, time);
        var isFresh = token is null;
        if (token is null)
        {
            if (slot.RefusalFor(fingerprint, time.GetUtcNow()) is { } refusal)
                return refusal;
            var evaluated = await LoginAsync(target, login, cancellationToken);
            if (evaluated.Conclusion.Status != VerifyStatus.Valid)
                return Remember(slot, fingerprint, evaluated.Conclusion, TimeSpan.FromSeconds(verify.MinIntervalS));
            token = TokenOf(evaluated.Answer, login);
            if (token is null)
                return Conclusion.Inconclusive(VerifyCodes.LoginWithoutToken, evaluated.Answer.Status);
            secrets?.Register($"{target.Provider.Id} session token", token.Reveal());
            slot.Keep(fingerprint, token, CapabilityReader.Of(login.Findings, evaluated.Answer), TimeSpan.FromSeconds(login.TokenLifetimeS), time);
        }

        var (answer, conclusion) = await ProbeAsync(target, verify, token, cancellationToken);
        if (answer.Status != Unauthorized)
            return conclusion.IsGood ? conclusion with { Findings = CapabilityReader.Merge(conclusion.Findings, slot.Findings), ExpiresAt = conclusion.ExpiresAt ?? EndOf(slot, fingerprint, target, verify) } : conclusion;
        slot.Drop();
        // A token that was good before says nothing about the secrets by ending.
        return isFresh || conclusion.Status != VerifyStatus.Invalid
            ? conclusion
            : Conclusion.Inconclusive(VerifyCodes.SessionExpired, answer.Status);
    }

    private DateTimeOffset? EndOf(SessionSlot slot, byte[] fingerprint, VerifyTarget target, VerifyDefinition verify) =>
        ExpiryReader.OfLifetime(verify.Expiry, verify.Expiry?.SinceVariable is { } name ? new TemplateValues(target).Find(name) : null, slot.AcceptedAt(fingerprint, time.GetUtcNow()));

    private Task<Evaluated> ProbeAsync(VerifyTarget target, VerifyDefinition verify, Secret token, CancellationToken cancellationToken) =>
        probe.ProbeAsync(RequestBuilder.Build(verify.Request, target, new TemplateValues(target, token)), verify, Context(target), cancellationToken);

    private Task<Evaluated> LoginAsync(VerifyTarget target, LoginDefinition login, CancellationToken cancellationToken) =>
        probe.SendAsync(RequestBuilder.Build(login.Request, target, new TemplateValues(target), login.BaseUrl), login.Outcomes, Context(target), cancellationToken);

    private static AnswerContext Context(VerifyTarget target) => new(EnvironmentPolicy.Of(target).Environment, new TemplateValues(target).Find);

    /// <param name="quiet">The provider's own minimum interval: whatever a setting says, a refused login is not made again before it is over.</param>
    private Conclusion Remember(SessionSlot slot, byte[] fingerprint, Conclusion conclusion, TimeSpan quiet)
    {
        switch (conclusion.Status)
        {
            case VerifyStatus.Invalid or VerifyStatus.WrongEnvironment:
                slot.Refuse(fingerprint, conclusion, time.GetUtcNow() + quiet);
                break;
            case VerifyStatus.Locked:
                slot.Refuse(fingerprint, conclusion, time.GetUtcNow() + (conclusion.RetryAfter ?? s_lockedFor));
                break;
            default:
                break;
        }

        return conclusion;
    }

    private static Secret? TokenOf(ProviderAnswer answer, LoginDefinition login)
    {
        if (answer.Json is not { } json || JsonPath.Find(json, login.TokenPath) is not { ValueKind: JsonValueKind.String } found)
            return null;
        var text = found.GetString()!;
        return text.Length is > 0 and <= LongestToken && CredentialText.FitsHeader(text) ? new Secret(text) : null;
    }

    private byte[] Fingerprint(VerifyTarget target, LoginDefinition login) => SecretFingerprint.Compute(
        _fingerprintKey,
        target.Provider.Variables
            .Where(variable => variable.Name != login.TokenVariable)
            .Select(variable => KeyValuePair.Create(variable.Name, target.Values.GetValueOrDefault(variable.Name)))
            .Append(KeyValuePair.Create("base url", target.BaseUrlOverride is { } address ? new Secret(address.AbsoluteUri) : null)));
}
