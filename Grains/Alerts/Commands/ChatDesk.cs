using System.Collections.Immutable;
using System.Diagnostics;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Grains.Kills;
using ControlPlane.Grains.Secrets;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Alerts.Commands;

/// <summary>Carries out commands from chats: two read what this node knows, one tightens.</summary>
internal interface IChatDesk
{
    /// <summary>The reply. Never fails, and never holds a secret.</summary>
    Task<string> AnswerAsync(ChatCommand command);
}

/// <inheritdoc cref="IChatDesk"/>
internal sealed partial class ChatDesk(NodeGate gate, KillDelivery kills, IGrainFactory grains, Redactor redactor, TimeProvider time, ILogger<ChatDesk> logger) : IChatDesk
{
    private const string NoReason = "Engaged by chat.";

    public async Task<string> AnswerAsync(ChatCommand command)
    {
        try
        {
            return redactor.Redact(command.Kind switch
            {
                ChatCommandKind.Kill => await KillAsync(command),
                ChatCommandKind.Why => ChatReplies.Why(gate.Read()),
                _ => ChatReplies.Status(gate.Read()),
            });
        }
        catch (Exception e)
        {
            LogFailed(logger, command.Kind, e);
            return "This could not be done. Look at the page and the log of the control plane.";
        }
    }

    /// <summary>The role of a runner: it may engage a kill, and loosen nothing.</summary>
    private async Task<string> KillAsync(ChatCommand command)
    {
        var by = new Caller(command.Sender, "runner", ActivityTraceId.CreateRandom().ToHexString());
        var order = new KillOrder(Guid.CreateVersion7(time.GetUtcNow()), null, command.Reason ?? NoReason, by, time.GetUtcNow());
        LogKill(logger, order.Id, command.Sender);
        var delivered = await kills.EngageAsync(order);
        await ChainAsync(order, by, delivered.Answer is { Engaged: true } ? "done" : "kept");
        return ChatReplies.Kill(delivered);
    }

    private async Task ChainAsync(KillOrder order, Caller by, string outcome)
    {
        try
        {
            var details = ImmutableSortedDictionary<string, string>.Empty.Add("kill_id", order.Id.ToString()).Add("reason", order.Reason);
            await grains.GetGrain<IAuditGrain>(0).AppendEventually(new AuditFact(order.AskedAt, by, "kill.engage", "system", outcome, details));
        }
        catch (Exception e)
        {
            // The kill holds; what is missing is its entry, which its delivery writes when it was kept.
            LogNotChained(logger, order.Id, e);
        }
    }

    [LoggerMessage(EventIds.ChatKill, LogLevel.Warning, "Kill {KillId} was asked for by {Sender}.")]
    private static partial void LogKill(ILogger logger, Guid killId, string sender);

    [LoggerMessage(EventIds.ChatKillNotChained, LogLevel.Error, "The audit entry of kill {KillId} was not written.")]
    private static partial void LogNotChained(ILogger logger, Guid killId, Exception exception);

    [LoggerMessage(EventIds.ChatCommandFailed, LogLevel.Error, "The command {Command} of a chat failed.")]
    private static partial void LogFailed(ILogger logger, ChatCommandKind command, Exception exception);
}
