"""The plan as a linear model for HiGHS: its relaxation with a bound that is proven apart, and the whole-number core.

Maximise Σ value·x subject to the limits, 0 ≤ x ≤ 1 for services and 0 ≤ y ≤ 1 for shared steps, x ≤ y where a
service needs a step, and, where an equity floor could be met by buying a step for nobody, y ≤ Σ x of its users.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from bienestar.calculations.optimiser.ledger import caps_of
from bienestar.calculations.optimiser.problem import SHARE_PARTS, Limits, Problem


@dataclass(frozen=True)
class Model:
    """Columns are services then steps; every row reads ``matrix @ columns ≤ top``. ``names`` are of the first rows."""

    values: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    matrix: sparse.csc_matrix
    top: np.ndarray
    names: list[str]
    scales: np.ndarray
    services: int


@dataclass(frozen=True)
class Relaxed:
    """Solution of the relaxation: shares of services, prices of the limits, profit of each column, proven bound."""

    shares: np.ndarray
    prices: dict[str, float]  # value that one more cent, or one more thousandth of a person, would add
    profits: np.ndarray  # value of a column less what it uses at those prices
    bound: float


@dataclass(frozen=True)
class Core:
    """Answer of the whole-number search: services chosen (None: there is no plan) and its own proven bound."""

    chosen: frozenset[int] | None
    bound: float


def model_of(problem: Problem, limits: Limits) -> Model:
    """The linear model of a problem under limits."""
    services, steps = len(problem.services), len(problem.users)
    lower, upper = np.zeros(services + steps), np.ones(services + steps)
    lower[sorted(limits.locked_in)] = 1.0
    upper[sorted(limits.locked_out)] = 0.0
    rows, tops, names = _limit_rows(problem, limits)
    scales = np.array([max(np.abs(row).max(), 1.0) for row in rows])
    scaled = [sparse.csr_matrix(row / scale) for row, scale in zip(rows, scales, strict=True)]
    order = _order_rows(problem, limits)
    matrix = sparse.vstack([*scaled, order]).tocsc()
    top = np.concatenate([np.array(tops) / scales, np.zeros(order.shape[0])])
    values = np.concatenate([problem.values, np.zeros(steps)])
    return Model(values, lower, upper, matrix, top, names, scales, services)


def _limit_rows(problem: Problem, limits: Limits) -> tuple[list[np.ndarray], list[float], list[str]]:
    rows, tops, names = [], [], []
    use = problem.use.tocsc()
    for column, cap in enumerate(caps_of(problem, limits)):
        if cap is not None:
            rows.append(use[:, column].toarray().ravel().astype(float))
            tops.append(float(cap))
            names.append(problem.scarce[column])
    cents = use[:, 0].toarray().ravel().astype(float)
    for number, floor in enumerate(limits.equity):
        share = round(floor.share * SHARE_PARTS) / SHARE_PARTS
        inside = np.isin(problem.item_groups, sorted(floor.groups))
        rows.append(cents * (share - inside))
        tops.append(0.0)
        names.append(f"equity:{number}")
    return rows, tops, names


def _order_rows(problem: Problem, limits: Limits) -> sparse.csr_matrix:
    """x − y ≤ 0 for every service and step it needs; y − Σx ≤ 0 for steps that a floor could be met with."""
    services, steps = len(problem.services), len(problem.users)
    pairs = [(i, step) for i, needed in enumerate(problem.needs) for step in needed]
    rows = [row for row in range(len(pairs)) for _ in range(2)]
    columns = [column for i, step in pairs for column in (i, services + step)]
    entries = [1.0, -1.0] * len(pairs)
    row = len(pairs)
    favoured = set().union(*(floor.groups for floor in limits.equity))
    groups = problem.item_groups[services:].tolist()
    for step in range(steps):
        if groups[step] in favoured:
            columns += [services + step, *problem.users[step]]
            entries += [1.0] + [-1.0] * len(problem.users[step])
            rows += [row] * (1 + len(problem.users[step]))
            row += 1
    return sparse.csr_matrix((entries, (rows, columns)), shape=(row, services + steps))


def relax(model: Model) -> Relaxed | None:
    """Solve the relaxation; None when even shares of services cannot keep what is locked in within the limits."""
    solver = solver_for(model)
    # Presolve took 75 s of 77 s on 63,000 services under one budget; without it every case took 3 to 6 s.
    solver.setOptionValue("presolve", "off")
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    solution = solver.getSolution()
    duals = np.maximum(-np.array(solution.row_dual), 0.0)
    profits = model.values - model.matrix.T @ duals
    best = np.where(profits > 0, model.upper, model.lower)
    prices = {name: duals[i] / model.scales[i] for i, name in enumerate(model.names)}
    return Relaxed(np.array(solution.col_value), prices, profits, float(duals @ model.top + profits @ best))


def search(
    model: Model,
    relaxed: Relaxed,
    best: frozenset[int],
    value: float,
    gap: float,
    covers: list[frozenset[int]],
    nodes: int,
) -> Core:
    """Search whole plans better than ``best`` (worth ``value``), to a relative gap.

    A column whose other value would, by the relaxation's bound, make any plan worth less than ``best`` is fixed
    first; that leaves a small core. ``covers`` are sets of services known not to fit together.
    """
    floor = value - 1e-9 * max(abs(value), 1.0)
    hopeless = relaxed.bound - np.abs(relaxed.profits) < floor
    lower = np.where(hopeless & (relaxed.profits > 0), model.upper, model.lower)
    upper = np.where(hopeless & (relaxed.profits < 0), model.lower, model.upper)
    solver = solver_for(model, lower, upper)
    count = len(model.values)
    solver.changeColsIntegrality(
        count, np.arange(count, dtype=np.int32), np.array([highspy.HighsVarType.kInteger] * count)
    )
    for cover in covers:
        members = np.array(sorted(cover), dtype=np.int32)
        solver.addRow(-highspy.kHighsInf, len(cover) - 1.0, len(members), members, np.ones(len(members)))
    solver.setOptionValue("mip_rel_gap", gap)
    solver.setOptionValue("mip_abs_gap", 1e-9)
    solver.setOptionValue("mip_max_nodes", nodes)
    solver.run()
    info = solver.getInfo()
    if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return Core(None, value)
    bound = max(value, min(relaxed.bound, -info.mip_dual_bound))
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Core(best, bound)
    shares = np.array(solver.getSolution().col_value)
    return Core(frozenset(np.flatnonzero(shares[: model.services] > 0.5).tolist()), bound)


def solver_for(model: Model, lower: np.ndarray | None = None, upper: np.ndarray | None = None) -> highspy.Highs:
    """HiGHS with the model loaded, silent and on one thread, so that the same input gives the same answer."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    program = highspy.HighsLp()
    program.num_row_, program.num_col_ = model.matrix.shape
    program.sense_ = highspy.ObjSense.kMinimize
    program.col_cost_ = -model.values
    program.col_lower_ = model.lower if lower is None else lower
    program.col_upper_ = model.upper if upper is None else upper
    program.row_lower_ = np.full(model.matrix.shape[0], -highspy.kHighsInf)
    program.row_upper_ = model.top
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_ = model.matrix.indptr
    program.a_matrix_.index_ = model.matrix.indices
    program.a_matrix_.value_ = model.matrix.data
    solver.passModel(program)
    return solver
