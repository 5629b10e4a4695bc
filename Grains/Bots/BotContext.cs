using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Services;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Grains.Risk.Symbols;
using ControlPlane.Grains.Storage;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Bots;

/// <summary>What the parts of one bot share: who it is, its state and the way it is written, and the host's services.</summary>
internal sealed class BotContext : IDisposable
{
    private InstrumentBook _instruments = InstrumentBook.Plain;
    private long _version;

    public BotContext(GrainId grain, BotServices services)
    {
        Id = grain.Key.ToString()!;
        Services = services;
        Record = new(Id, new(services.Stores.States, StateNames.Bot, grain), services.Stores.Index, services.Logger);
    }

    public string Id { get; }

    public BotServices Services { get; }

    public BotRecord Record { get; }

    public BotState State => Record.State;

    public TimeProvider Time => Services.Time;

    public ILogger Logger => Services.Logger;

    public IGrainFactory Grains => Services.Grains;

    public BotLimits Limits => Services.Limits;

    /// <summary>Tells what this activation says apart from what another one did.</summary>
    public Guid Activation { get; } = Guid.NewGuid();

    /// <summary>The bot's instruments by its terms.</summary>
    public InstrumentBook Instruments
    {
        get
        {
            if (!ReferenceEquals(_instruments.Terms, State.Spec?.Terms)) _instruments = new(State.Spec?.Terms);
            return _instruments;
        }
    }

    public SymbolNames Names => Instruments.Names;

    /// <summary>The gate as this node knows it.</summary>
    public NodeGateReading Gate() => Services.Node.Gate.Read();

    /// <summary>Version of the next report. Within one activation the larger one is the newer.</summary>
    public long NextVersion() => ++_version;

    public Task ReadAsync() => Record.ReadAsync();

    /// <inheritdoc cref="BotRecord.TryWriteAsync"/>
    public Task<bool> TryWriteAsync(Action<BotState> change) => Record.TryWriteAsync(change);

    public void Dispose() => Record.Dispose();
}
