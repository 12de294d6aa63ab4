import LinearAlgebra
import OrderedCollections

/// A low-rank matrix for each of some modules: updates of their weights, or subspaces for them to move in.
///
/// It keeps its order, which is that of the modules wherever it was made for all of them.
public typealias ModuleMatrices = OrderedDictionary<LinearModule, LowRankMatrix>
