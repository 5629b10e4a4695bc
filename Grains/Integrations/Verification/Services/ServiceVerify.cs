using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.TestCalls;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Integrations.Verification.Outcomes;
using ControlPlane.Grains.Integrations.Verification.Requests;

namespace ControlPlane.Grains.Integrations.Verification.Services;

/// <summary>A sign-in at a server that does not speak HTTP. Its answer is evaluated by rules of the catalogue like any other.</summary>
internal sealed class ServiceVerify(IEnumerable<IServiceHandshake> handshakes, TimeProvider time) : IVerifyKind
{
    private const int AnyAnswer = 200;
    private static readonly Dictionary<string, string> s_noHeaders = [];
    private readonly Dictionary<string, IServiceHandshake> _handshakes = handshakes.ToDictionary(handshake => handshake.Kind, StringComparer.Ordinal);

    public bool Handles(string kind) => _handshakes.ContainsKey(kind);

    public async Task<Conclusion> VerifyAsync(VerifyTarget target, VerifyDefinition verify, CancellationToken cancellationToken)
    {
        var values = new TemplateValues(target);
        var place = ServiceAddress.Place(target, verify, values);
        var startedAt = time.GetTimestamp();
        try
        {
            var told = await _handshakes[verify.Kind].AskAsync(place, cancellationToken);
            var conclusion = Evaluate(verify, told, new AnswerContext(EnvironmentPolicy.Of(target).Environment, values.Find));
            Record(target, conclusion.IsGood ? UsageStatus.Ok : UsageStatus.Error, conclusion.Code, startedAt);
            return conclusion;
        }
        catch (Exception exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var fault = exception as VerifyFaultException ?? new VerifyFaultException(FaultReader.CodeOf(exception, answered: false));
            Record(target, fault.Code == VerifyCodes.Timeout ? UsageStatus.Timeout : UsageStatus.Error, fault.Code, startedAt);
            throw fault == exception ? exception : fault;
        }
    }

    private Conclusion Evaluate(VerifyDefinition verify, JsonObject told, AnswerContext context)
    {
        var answer = new ProviderAnswer(AnyAnswer, s_noHeaders, JsonSerializer.SerializeToUtf8Bytes(told)) { Context = context };
        var conclusion = OutcomeEvaluator.Evaluate(verify.Outcomes, answer, time.GetUtcNow()) with { HttpStatus = null, Answered = true };
        if (conclusion.Code == VerifyCodes.UnexpectedContent)
            conclusion = conclusion with { Code = VerifyCodes.UnexpectedStatus };
        return conclusion is { IsGood: true, Rule: { } rule } ? conclusion with { Findings = CapabilityReader.Read(verify, rule, answer) } : conclusion;
    }

    /// <summary>A test call counts as use; a verify does not.</summary>
    private void Record(VerifyTarget target, UsageStatus status, string? code, long startedAt) => InstrumentedCall.Current?.LogAsync(new UsageCall
    {
        Provider = target.Provider.Id,
        Operation = "sign in",
        Status = status,
        LatencyMs = (int)time.GetElapsedTime(startedAt).TotalMilliseconds,
        ErrorCode = code,
    }).Ignore();
}
