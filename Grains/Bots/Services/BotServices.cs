using ControlPlane.Grains.Access;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Bots.Services;

/// <summary>Services that all bots of a host share, in one object: an idle bot has one reference.</summary>
internal sealed class BotServices(
    BotStores stores, BotLimits limits, BotNode node, BotEvidence evidence, IGrainFactory grains, OperatorActs acts, TimeProvider time, ILogger<BotGrain> logger)
{
    public BotStores Stores => stores;

    public BotLimits Limits => limits;

    public BotNode Node => node;

    public BotEvidence Evidence => evidence;

    public IGrainFactory Grains => grains;

    public OperatorActs Acts => acts;

    public TimeProvider Time => time;

    public ILogger Logger => logger;
}
