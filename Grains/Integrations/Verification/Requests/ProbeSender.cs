using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Integrations.Verification.Outcomes;

namespace ControlPlane.Grains.Integrations.Verification.Requests;

/// <summary>An answer and what it means.</summary>
internal sealed record Judged(ProviderAnswer Answer, Conclusion Conclusion)
{
    public override string ToString() => nameof(Judged);
}

/// <summary>Sends a request and judges its answer by rules.</summary>
internal sealed class ProbeSender(ProviderExchange exchange, TimeProvider time)
{
    public async Task<Judged> SendAsync(OutgoingRequest request, IReadOnlyList<OutcomeRule> rules, CancellationToken cancellationToken)
    {
        var answer = await exchange.SendAsync(request, status => rules.Any(rule => OutcomeEvaluator.Applies(rule, status)), cancellationToken);
        return new Judged(answer, OutcomeEvaluator.Evaluate(rules, answer, time.GetUtcNow()));
    }
}
